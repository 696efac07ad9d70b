import type { RealtimeEvent } from 'tidemark';

export interface HistoryEntry {
  readonly event: RealtimeEvent;
  /** When it came, in ms since the epoch. */
  readonly at: number;
  /** Counts the entries of this page. */
  readonly number: number;
}

const CAPACITY = 100;

/** The last events, newest first, for `useSyncExternalStore`. */
export class EventHistory {
  #entries: readonly HistoryEntry[] = [];
  #total = 0;
  readonly #listeners = new Set<() => void>();

  add(event: RealtimeEvent): void {
    this.#total += 1;
    const entry = { event, at: Date.now(), number: this.#total };
    this.#entries = [entry, ...this.#entries.slice(0, CAPACITY - 1)];
    for (const listener of this.#listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same array until an event comes. */
  readonly entries = (): readonly HistoryEntry[] => this.#entries;
}
