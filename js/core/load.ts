import { TidemarkError } from './errors.ts';

/**
 * The embind class as the glue exposes it. Text goes through `reserve`; numbers are milliseconds
 * or handles. What is called for every frame is a bare export of the module instead.
 */
export interface NativeEngine {
  reserve(bytes: number): number;
  defineEntity(length: number): number;
  connect(now: number): void;
  disconnect(now: number): void;
  linkOpened(link: number, length: number, now: number): void;
  linkClosed(link: number, code: number, retryAfterMs: number, now: number): void;
  token(link: number, length: number, now: number): void;
  tokenFailed(link: number, now: number): void;
  /** `reason` as in src/session/pause.h. */
  pause(reason: number, on: boolean, now: number): void;
  wake(now: number): void;
  tick(now: number): void;
  relay(length: number, now: number): void;
  send(length: number, now: number): number;
  subscribe(length: number, now: number): number;
  unsubscribe(sub: number, now: number): void;
  observe(length: number, now: number): number;
  release(view: number, now: number): void;
  poll(view: number, intervalMs: number, adaptive: boolean, now: number): void;
  beginSnapshot(view: number, now: number): number;
  endSnapshot(ticket: number, length: number, now: number): number;
  /** How many bytes were not read and stand at the front of the scratch now, or -1. */
  readPart(ticket: number, first: boolean, length: number): number;
  endParts(ticket: number, length: number, now: number): boolean;
  confirmSnapshot(ticket: number, now: number): void;
  failSnapshot(ticket: number, retryAfterMs: number, now: number): void;
  mutate(length: number, now: number): number;
  restore(length: number, now: number): number;
  settle(mutation: number, length: number, now: number): number;
  fail(mutation: number, network: boolean, now: number): number;
  resolve(mutation: number, length: number, now: number): number;
  /** Of what `_tidemark_effects` counted. */
  effectsPointer(): number;
  flush(): number;
  batchPointer(): number;
  commit(): void;
  rollback(): void;
  stats(): number;
  statsPointer(): number;
  /** Where the object is in the instance's memory. */
  address(): number;
  delete(): void;
}

export interface CoreModule {
  HEAPU8: Uint8Array;
  Engine: new (configLength: number, seedLow: number, seedHigh: number) => NativeEngine;
  /** Scratch for the configuration, before an engine exists. */
  configScratch(bytes: number): number;
  /** 0, or a negative error code. */
  checkConfig(length: number): number;
  errorText(code: number): string;
  /** The engine at an address that `address()` gave, in memory that was copied since. */
  engineAt(address: number): NativeEngine;

  // Bare exports. `engine` is an engine's address; `length` of what is in its scratch.
  _tidemark_frame(engine: number, link: number, length: number, now: number): void;
  _tidemark_stream(engine: number, link: number, length: number, now: number): void;
  /** The number of bytes of effects, which are lent until the next call. */
  _tidemark_effects(engine: number): number;
  /** Negative when there is none. */
  _tidemark_deadline(engine: number): number;
}

type Glue = (options: {
  instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => object;
}) => Promise<CoreModule>;

function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

let loading: Promise<CoreModule> | undefined;

/** The compiled core, as it was shipped. */
export async function coreBinary(): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOfBase64((await import('#core/bytes')).default);
}

/** An instance of the core with memory of its own. */
export async function instantiate(): Promise<CoreModule> {
  const [glue, binary] = await Promise.all([import('#core/glue'), coreBinary()]);
  return new Promise<CoreModule>((resolve, reject) => {
    // An error inside emscripten's hook never rejects its own promise, hence ours around it.
    const module = (glue.default as unknown as Glue)({
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(binary, imports).then(({ instance }) => done(instance), reject);
        return {};
      },
    });
    module.then(resolve, reject);
  });
}

/**
 * Loads the compiled core once for all engines of this page or process. A failed load is
 * not remembered: the next call tries again.
 *
 * @throws TidemarkError `core_unavailable` when WebAssembly is missing or blocked.
 */
export function loadCore(): Promise<CoreModule> {
  loading ??= instantiate().catch((cause: unknown) => {
    loading = undefined;
    throw new TidemarkError(
      'core_unavailable',
      `the WebAssembly core did not load (${String(cause)}); under a Content-Security-Policy script-src needs 'wasm-unsafe-eval'`,
      { cause },
    );
  });
  return loading;
}
