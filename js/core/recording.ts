import type { Effect } from './effects.ts';
import type { EngineConfig, Seed } from './engine.ts';

/**
 * What a recording may hold of a row's member instead of its value. Called for each member
 * of each row but the id and the version.
 */
export type Redact = (member: string, value: unknown) => unknown;

/** How much is recorded, and what of the rows. */
export interface RecordOptions {
  /** At least this many of the newest inputs are kept, at most about twice as many. Default 10000. */
  inputs?: number | undefined;
  /**
   * Upper bound of what the kept inputs hold; one input is kept whatever it weighs. Two copies
   * of the core's memory (from 2 MB each) come on top. Default 16 MiB.
   */
  bytes?: number | undefined;
  /**
   * Rows are recorded with its answers in the place of their values. Filters and ids are kept.
   * Tokens, and what the app sends itself, are never recorded.
   */
  redact?: Redact | undefined;
  /**
   * Also once it is too late, that is when the core has loaded: a new core takes its place, which
   * connects anew and reads every observed query again. Default false.
   */
  restart?: boolean | undefined;
}

/** A recording that is being made. */
export interface RecorderHandle {
  /** Keeps no more inputs; what was kept stays. */
  stop(): void;
  /**
   * What is kept at this moment, as plain JSON data.
   *
   * Rejects with TidemarkError when the recorder, or the core in it, did not load.
   */
  recording(): Promise<Recording>;
}

/** Bytes in base64. */
export interface RecordedBytes {
  base64: string;
}

/** An argument that is not bytes is JSON already. */
export type RecordedArgument = RecordedBytes | object | string | number | boolean | null;

/**
 * One input: the engine's method, a digest of everything that came out of it, and its
 * arguments. The clock reading is the last of them.
 */
export type RecordedInput = [method: string, digest: string, ...args: RecordedArgument[]];

/** The whole memory of the core before the first input. */
export interface Checkpoint {
  memory: RecordedBytes;
  compression: 'gzip' | 'none';
  /** Where in it the engine is. */
  address: number;
}

/** Everything that is needed to run the core once more through what it went through. */
export interface Recording {
  /** Of this form. */
  format: 1;
  /** Digest of the Wasm that was recorded; another one need not do the same. */
  build: string;
  /** How the core was set up. */
  config: EngineConfig;
  /** What its random numbers follow from. */
  seed: Seed;
  /** Null when the inputs go back to the very first. */
  checkpoint: Checkpoint | null;
  /** From the checkpoint on, in order. */
  inputs: RecordedInput[];
}

/** What came out of a replay. */
export interface ReplayResult {
  /** Whether every input led to exactly what it had led to. */
  identical: boolean;
  /** How many there were. */
  inputs: number;
  /** Index of the first input that did not. */
  firstDifference: number | null;
  /** All that came out this time. */
  effects: Effect[];
}
