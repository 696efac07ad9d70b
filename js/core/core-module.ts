import type { TidemarkError } from './errors.ts';

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
  flush(reader: number): number;
  batchPointer(): number;
  commit(): void;
  rollback(): void;
  stats(): number;
  /** Of what `stats`, `traced` or `inspect` counted. */
  statsPointer(): number;
  /** Notes the newest so many events; 0 stops. */
  trace(entries: number): void;
  traced(revision: number): number;
  inspect(): number;
  /** Where the object is in the instance's memory. */
  address(): number;
  delete(): void;
}

export interface CoreModule {
  HEAPU8: Uint8Array;
  /** Why it may not be called any more; see `watchAborts`. */
  aborted?: TidemarkError;
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

/** Emscripten's module factory. */
export type Glue = (options: {
  instantiateWasm?: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => object;
}) => Promise<CoreModule>;
