import { setTimeout as pause } from 'node:timers/promises';

/** Bytes that wait in this process for one client; what the system's socket holds is not counted. */
const HIGH = 64 * 1024;
const LOW = 16 * 1024;
const LOOK_EVERY_MS = 20;

/** How much of what was sent a client has yet to read. */
export class Backlog {
  readonly #waiting: () => number;
  readonly #patienceMs: number;

  /** `waiting`: bytes, 0 when the connection is gone. */
  constructor(waiting: () => number, patienceMs: number) {
    this.#waiting = waiting;
    this.#patienceMs = patienceMs;
  }

  get congested(): boolean {
    return this.#waiting() > HIGH;
  }

  /** True when there is room again, false when the time for that is over. */
  async drained(): Promise<boolean> {
    const until = performance.now() + this.#patienceMs;
    while (this.#waiting() > LOW) {
      if (performance.now() > until) return false;
      await pause(LOOK_EVERY_MS);
    }
    return true;
  }
}
