/** What happens to one client's frames on their way out. Shares are from 0 to 1. */
export interface FrameFaults {
  readonly drop: number;
  readonly duplicate: number;
  /** Each frame is late by up to this, in order. */
  readonly delayMs: number;
  /** Share of frames that later ones overtake. */
  readonly reorder: number;
  /** Until then, in ms since the epoch, none goes out. */
  readonly heldUntil?: number;
  /** The same seed gives the same faults for the same frames. */
  readonly seed: number;
}

interface Waiting {
  deliver: () => void;
  due: number;
}

/** By how much a frame that is overtaken, or its second copy, comes later than it would. */
const OVERTAKEN_MS = 30;

/** One link's way out: drops, repeats, delays and reorders frames while faults are set. */
export class RoughWay {
  readonly #current: () => FrameFaults | undefined;
  readonly #onSpoiled: () => void;
  #drawnFor: FrameFaults | undefined;
  #random = mulberry32(0);
  #waiting: Waiting[] = [];
  #lastDue = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `onSpoiled`: told of each frame that is lost, repeated or overtaken. */
  constructor(current: () => FrameFaults | undefined, onSpoiled: () => void = () => {}) {
    this.#current = current;
    this.#onSpoiled = onSpoiled;
  }

  send(deliver: () => void): void {
    const faults = this.#current();
    const last = this.#waiting.at(-1);
    if (faults) this.#sendRoughly(deliver, faults);
    // Behind what is still late, or the end of the faults would be a fault itself.
    else if (last) this.#enqueue(deliver, last.due);
    else deliver();
  }

  /** What is still late is lost with the link. */
  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #sendRoughly(deliver: () => void, faults: FrameFaults): void {
    if (faults !== this.#drawnFor) {
      this.#drawnFor = faults;
      this.#random = mulberry32(faults.seed);
    }
    // All are drawn for each frame, so that one share does not move the draws of another.
    const isLost = this.#random() < faults.drop;
    const isTwice = this.#random() < faults.duplicate;
    const isOvertaken = this.#random() < faults.reorder;
    const late = Date.now() + this.#random() * faults.delayMs;
    const due = Math.max(late, this.#lastDue, faults.heldUntil ?? 0);
    if (isLost || isTwice || isOvertaken) this.#onSpoiled();
    if (isLost) return;
    if (isOvertaken) {
      this.#enqueue(deliver, due + OVERTAKEN_MS);
    } else {
      this.#lastDue = due;
      this.#enqueue(deliver, due);
    }
    if (isTwice) this.#enqueue(deliver, due + OVERTAKEN_MS);
  }

  #enqueue(deliver: () => void, due: number): void {
    const after = this.#waiting.findIndex((each) => each.due > due);
    const place = after < 0 ? this.#waiting.length : after;
    this.#waiting.splice(place, 0, { deliver, due });
    if (place === 0) this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const first = this.#waiting[0];
    if (!first) return;
    this.#timer = setTimeout(() => this.#release(), Math.max(0, first.due - Date.now()));
  }

  #release(): void {
    const now = Date.now();
    while (this.#waiting[0] && this.#waiting[0].due <= now) this.#waiting.shift()?.deliver();
    this.#arm();
  }
}

/** Tommy Ettinger's 32-bit generator: good enough to choose frames by. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}
