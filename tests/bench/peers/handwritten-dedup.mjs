// A window of the last ids by hand.

/** A Set to ask and a ring to know which id is the oldest. */
class SetAndRing {
  #seen = new Set();
  #ring;
  #next = 0;

  constructor(capacity) {
    this.#ring = new Array(capacity).fill(undefined);
  }

  isNew(id) {
    if (this.#seen.has(id)) return false;
    const oldest = this.#ring[this.#next];
    if (oldest !== undefined) this.#seen.delete(oldest);
    this.#ring[this.#next] = id;
    this.#next = (this.#next + 1) % this.#ring.length;
    this.#seen.add(id);
    return true;
  }
}

/** Two Sets that take turns: cheaper to evict, and remembers between one and two windows. */
class TwoSets {
  #capacity;
  #young = new Set();
  #old = new Set();

  constructor(capacity) {
    this.#capacity = capacity;
  }

  isNew(id) {
    if (this.#young.has(id) || this.#old.has(id)) return false;
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    this.#young.add(id);
    return true;
  }
}

/** A peer that parses each frame and asks its window about the id. */
export const windowed = (name, kind, make) => ({
  name,
  kind,
  create({ capacity }) {
    const window = make(capacity);
    let duplicates = 0;
    return {
      take(frame) {
        if (!window.isNew(JSON.parse(frame).id)) duplicates++;
      },
      duplicates: () => duplicates,
    };
  },
});

export const dedup = [
  windowed('hand-written, Set and ring', 'hand', (capacity) => new SetAndRing(capacity)),
  windowed('hand-written, two Sets', 'hand', (capacity) => new TwoSets(capacity)),
];
