import type { Clock } from '../core/clock.ts';

interface Timer {
  at: number;
  /** Breaks ties: what was set first fires first. */
  order: number;
  task: () => void;
}

// Taken before a test runner puts its own in their place.
const realSetTimeout = globalThis.setTimeout;

const PATIENCE_MS = 5000;

/** Lets everything go on that needs no time: promises, streams, messages. */
function turn(): Promise<void> {
  return new Promise((resolve) => realSetTimeout(resolve, 0));
}

/**
 * A clock that stands still until it is told to go on. Hand it to the server and to the
 * integration (`clock`): minutes of backoff and heartbeats pass in a moment, and nothing else of
 * the test is touched.
 */
export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** `now`: ms since the epoch. */
  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#now;
  }

  /** Runs `task` once, when `advance` has come that far. */
  setTimeout(task: () => void, ms: number): unknown {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, task };
    this.#timers.add(timer);
    return timer;
  }

  /** `timer`: what `setTimeout` returned. */
  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer);
  }

  /**
   * Goes on by `ms` milliseconds, firing each timer at its time and letting what it started go on
   * before the next. `advance(0)` lets all go on that waits for no time at all.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turn();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
      await turn();
    }
    this.#now = end;
    await turn();
  }

  /**
   * Goes on in steps of 10 ms until `condition` holds. Also what needs real time, as the loading of
   * the core does, is waited for.
   *
   * Rejects with an Error after five real seconds.
   */
  async until(condition: () => boolean): Promise<void> {
    const start = performance.now();
    while (!condition()) {
      if (performance.now() - start > PATIENCE_MS) {
        throw new Error(`it did not happen: ${condition}`);
      }
      await this.advance(10);
    }
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      const isEarlier =
        !first || timer.at < first.at || (timer.at === first.at && timer.order < first.order);
      if (timer.at <= end && isEarlier) first = timer;
    }
    return first;
  }
}
