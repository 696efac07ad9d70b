import type { CoreModule } from './core-module.ts';
import type { CoreSource } from './core-source.ts';
import { Engine, type EngineConfig, type Seed } from './engine.ts';
import { compiledCore } from './load.ts';
import { packBytes, packMemory } from './packing.ts';
import { INPUTS, Player } from './player.ts';
import type { RecordedArgument, RecordedInput, Recording, RecordOptions } from './recording.ts';
import { Redactor } from './redaction.ts';

/** An input as it is kept: bytes are not text yet. */
interface KeptInput {
  method: string;
  digest: string;
  args: readonly unknown[];
}

/** What follows one state of the core. Two of them are kept, so that dropping one leaves enough. */
interface Segment {
  /** The core's memory; null for the beginning. */
  memory: Uint8Array<ArrayBuffer> | null;
  inputs: KeptInput[];
  bytes: number;
}

const startOf = (memory: Segment['memory']): Segment => ({ memory, inputs: [], bytes: 0 });

function sizeOf(arg: unknown): number {
  if (typeof arg === 'string') return arg.length;
  if (arg instanceof Uint8Array) return arg.byteLength;
  return typeof arg === 'object' && arg !== null ? JSON.stringify(arg).length : 8;
}

/** What the caller may change later is copied. */
function own(arg: unknown): unknown {
  if (arg instanceof Uint8Array) return arg.slice();
  return typeof arg === 'object' && arg !== null ? JSON.parse(JSON.stringify(arg)) : arg;
}

const packed = (arg: unknown): RecordedArgument =>
  arg instanceof Uint8Array ? packBytes(arg) : (arg as RecordedArgument);

/**
 * Keeps the newest inputs of an engine. A second core, in an instance of its own, is given
 * what may be recorded of each; digests and checkpoints are that one's, so that nothing
 * else can get into a recording, from whatever corner of a memory.
 */
export class Recorder {
  readonly #core: CoreModule;
  readonly #player: Player;
  readonly #redactor: Redactor;
  readonly #head: Pick<Recording, 'build' | 'config' | 'seed'>;
  readonly #mostInputs: number;
  readonly #mostBytes: number;
  #segments: Segment[] = [startOf(null)];
  readonly #address: number;
  #stopped = false;

  private constructor(
    core: CoreModule,
    head: Pick<Recording, 'build' | 'config' | 'seed'>,
    { inputs = 10_000, bytes = 16 * 1024 * 1024, redact }: RecordOptions,
  ) {
    this.#core = core;
    this.#head = head;
    this.#mostInputs = Math.max(1, inputs);
    this.#mostBytes = Math.max(1, bytes / 2);
    this.#player = new Player(Engine.in(core, head.config, head.seed));
    this.#address = this.#player.engine.address;
    this.#redactor = new Redactor(redact, this.#player.engine.maxFrameBytes);
  }

  /** @throws TidemarkError `core_unavailable`, `bad_config` */
  static async start(
    config: EngineConfig,
    seed: Seed,
    options: RecordOptions,
    source: CoreSource = {},
  ): Promise<Recorder> {
    const { build, instantiate } = await compiledCore(source);
    return new Recorder(await instantiate(), { build, config, seed }, options);
  }

  /** The same engine, its inputs kept from here on. It must be new, of the same config and seed. */
  listenTo<T extends object>(engine: T): T {
    return new Proxy(engine, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const call = (...args: unknown[]): unknown => value.apply(target, args);
        return INPUTS.has(String(name)) ? this.#listening(String(name), call) : call;
      },
    });
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#player.engine.dispose();
  }

  async recording(): Promise<Recording> {
    const inputs = this.#segments
      .flatMap((segment) => segment.inputs)
      .map(({ method, digest, args }): RecordedInput => [method, digest, ...args.map(packed)]);
    const memory = this.#segments[0]?.memory;
    const checkpoint = memory ? { ...(await packMemory(memory)), address: this.#address } : null;
    return { format: 1, ...this.#head, checkpoint, inputs };
  }

  #listening(method: string, call: (...args: unknown[]) => unknown) {
    return (...args: unknown[]): unknown => {
      let answer: unknown;
      try {
        answer = call(...args);
        return answer;
      } finally {
        this.#keep(method, args, answer);
      }
    };
  }

  /** Whatever goes wrong here ends the recording, and never what is recorded. */
  #keep(givenMethod: string, givenArgs: readonly unknown[], answer: unknown): void {
    if (this.#stopped) return;
    try {
      const [method, args] = this.#redactor.input(givenMethod, givenArgs, answer);
      const segment = this.#segment();
      const { digest } = this.#player.play(method, args);
      if (method === 'flush' && digest === '') return;
      segment.inputs.push({ method, digest, args: args.map(own) });
      for (const arg of args) segment.bytes += sizeOf(arg);
    } catch {
      this.stop();
    }
  }

  /** Where the next input goes. */
  #segment(): Segment {
    const last = this.#segments.at(-1) as Segment;
    const isFull = last.inputs.length >= this.#mostInputs || last.bytes >= this.#mostBytes;
    if (!isFull) return last;
    const next = startOf(this.#core.HEAPU8.slice());
    this.#segments = [last, next];
    return next;
  }
}
