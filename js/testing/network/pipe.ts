import type { Clock } from '../../core/clock.ts';
import type { Faults } from './faults.ts';

interface Parcel {
  due: number;
  arrive: () => void;
}

/** One direction of a connection: what is put in comes out later, in the same order. */
export class Pipe {
  readonly #faults: Faults;
  readonly #clock: Clock;
  #parcels: Parcel[] = [];
  #timer: unknown;
  #planned = false;

  constructor(faults: Faults, clock: Clock) {
    this.#faults = faults;
    this.#clock = clock;
  }

  put(arrive: () => void): void {
    const due = this.#clock.now() + this.#faults.delayMs;
    // Nothing overtakes what was sent when the way took longer.
    this.#parcels.push({ due: Math.max(due, this.#parcels.at(-1)?.due ?? 0), arrive });
    this.goOn();
  }

  goOn(): void {
    if (this.#planned) return;
    this.#planned = true;
    // Never within the call that sent it.
    queueMicrotask(() => {
      this.#planned = false;
      this.#deliver();
    });
  }

  /** What is in it is lost. */
  clear(): void {
    this.#parcels = [];
    this.#clock.clearTimeout(this.#timer);
  }

  #deliver(): void {
    this.#clock.clearTimeout(this.#timer);
    while (!this.#faults.frozen) {
      const [next] = this.#parcels;
      if (!next) return;
      const wait = next.due - this.#clock.now();
      if (wait > 0) {
        this.#timer = this.#clock.setTimeout(() => this.#deliver(), wait);
        return;
      }
      this.#parcels.shift();
      next.arrive();
    }
  }
}
