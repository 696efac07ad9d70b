import { type Change, weightOf } from './change.ts';

/** The newest changes, in memory, so that a short absence is made good without the database. */
export class Tail {
  readonly #maxCount: number;
  readonly #maxWeight: number;
  #changes: Change[] = [];
  #weight = 0;
  /** Every change after this seq, up to the head, is here. */
  #after: number;

  constructor(after: number, maxCount: number, maxWeight: number) {
    this.#after = after;
    this.#maxCount = maxCount;
    this.#maxWeight = maxWeight;
  }

  push(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#changes.push(change);
      this.#weight += weightOf(change);
    }
    let dropped = 0;
    while (
      this.#changes.length - dropped > this.#maxCount ||
      (this.#weight > this.#maxWeight && dropped < this.#changes.length)
    ) {
      const oldest = this.#changes[dropped++] as Change;
      this.#weight -= weightOf(oldest);
      this.#after = oldest.seq;
    }
    if (dropped > 0) this.#changes = this.#changes.slice(dropped);
  }

  covers(seq: number): boolean {
    return seq >= this.#after;
  }

  since(seq: number): readonly Change[] {
    let from = 0;
    let to = this.#changes.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#changes[middle] as Change).seq > seq) to = middle;
      else from = middle + 1;
    }
    return this.#changes.slice(from);
  }
}
