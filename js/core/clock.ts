/**
 * Where time comes from. What is timed by the core and what a server of `tidemark/testing` does by
 * itself goes by it.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once, in `ms` milliseconds. */
  setTimeout(task: () => void, ms: number): unknown;
  /** `timer`: what `setTimeout` returned, or undefined. */
  clearTimeout(timer: unknown): void;
}

/** The machine's. Looks for its functions at each call, so that a test may replace them. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (task, ms) => setTimeout(task, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout> | undefined),
};
