import type { Clock } from '../core/clock.ts';

const LONGEST_TIMER = 0x7fffffff;
// A timer may be this much later (ms) than the clock says before it is set anew.
const CLOCK_SLACK = 1000;

/** One timer, for the deadline that the core names after each input. */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #tick: () => void;
  #timer: unknown;
  #at: number | null = null;
  #fires = 0;

  constructor(clock: Clock, tick: () => void) {
    this.#clock = clock;
    this.#tick = tick;
  }

  /** `deadline`: ms since the epoch, or null for none. */
  arm(deadline: number | null): void {
    const wait = deadline === null ? 0 : Math.max(0, deadline - this.#clock.now());
    const fires = performance.now() + Math.min(wait, LONGEST_TIMER);
    // A timer does not follow the clock when that is set forward.
    const late = deadline !== null && fires < this.#fires - CLOCK_SLACK;
    if (deadline === this.#at && !late) return;
    this.#clock.clearTimeout(this.#timer);
    this.#at = deadline;
    this.#fires = fires;
    if (deadline === null) return;
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#at = null;
        this.#tick();
      },
      Math.min(wait, LONGEST_TIMER),
    );
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#at = null;
  }
}
