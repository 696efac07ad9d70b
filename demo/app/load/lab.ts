import type { Contestant } from './contestant.ts';
import { type FrameSummary, FrameTrace } from './frame-trace.ts';

export type ContestantId = Contestant['id'];

/** In their order. In a race `ready` and `settled` last until the other has come so far. */
export type Phase =
  | 'filling'
  | 'loading'
  | 'ready'
  | 'running'
  | 'settling'
  | 'settled'
  | 'checking'
  | 'over'
  | 'failed';

/** What is known of one run; `end` once it is over. */
export interface Outcome {
  readonly phase: Phase;
  readonly frames: FrameSummary | undefined;
  readonly end: RunEnd | undefined;
  readonly problem: string | undefined;
}

export interface RunEnd {
  /** From the run's end until the last change was seen to be shown, in ms; null: it was not. */
  readonly lateMs: number | null;
  readonly rows: number;
  /** Rows that are not as in the table. */
  readonly differing: number;
}

const NONE: Outcome = { phase: 'filling', frames: undefined, end: undefined, problem: undefined };

/** The last run of each contestant. What changes with each frame is told to the chart alone. */
export class Lab {
  readonly traces = new Map<ContestantId, FrameTrace>();
  /** Called for each new frame; undefined: draw everything anew. */
  onFrame: (id: ContestantId | undefined) => void = () => {};
  /** Called while a frame is long: what it has taken so far, in ms. */
  onOpenFrame: (id: ContestantId, ms: number) => void = () => {};
  #outcomes: ReadonlyMap<ContestantId, Outcome> = new Map();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same map until something changes. */
  readonly outcomes = (): ReadonlyMap<ContestantId, Outcome> => this.#outcomes;

  begin(id: ContestantId): void {
    this.traces.delete(id);
    this.onFrame(undefined);
    this.#outcomes = new Map(this.#outcomes).set(id, NONE);
    this.#tell();
  }

  become(id: ContestantId, change: Partial<Outcome>): void {
    const before = this.#outcomes.get(id) ?? NONE;
    this.#outcomes = new Map(this.#outcomes).set(id, { ...before, ...change });
    this.#tell();
  }

  frame(id: ContestantId, now: number): void {
    const trace = this.traces.get(id) ?? new FrameTrace();
    this.traces.set(id, trace);
    trace.add(now);
    this.onFrame(id);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
