import type { Change, Feed } from '../../js/testing/feed.ts';
import type { Filter } from './filter.ts';
import { Interests } from './interests.ts';

/** Somebody who is told of a table's changes as they come. */
export interface Receiver {
  take(change: Change): void;
  /** All that was handed out at once was taken. Never throws. */
  flush(): void;
  /** A change could not be told. */
  abort(): void;
}

/** Hands each change to those who want it: what a change costs depends on them alone. */
export class FanOut {
  readonly #byTable = new Map<string, Interests<Receiver>>();

  constructor(feed: Feed) {
    feed.subscribe((changes) => this.#deliver(changes));
  }

  /** From the next change on. `text` is what the filter was made of. Returns how to stop. */
  join(table: string, text: string, filter: Filter, receiver: Receiver): () => void {
    const interests = this.#byTable.get(table) ?? new Interests();
    this.#byTable.set(table, interests);
    return interests.add(text, filter, receiver);
  }

  #deliver(changes: readonly Change[]): void {
    const touched = new Set<Receiver>();
    for (const change of changes) {
      const interests = this.#byTable.get(change.table);
      if (!interests) continue;
      try {
        for (const receiver of interests.concernedBy(change)) {
          touched.add(receiver);
          receiver.take(change);
        }
      } catch {
        // Who was told is not known, and a gap that nobody sees is worse than a new link.
        for (const receiver of interests.everyone()) receiver.abort();
      }
    }
    for (const receiver of touched) receiver.flush();
  }
}
