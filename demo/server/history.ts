import type { Change } from './change.ts';
import { Tail } from './tail.ts';

type Listener = (changes: readonly Change[]) => void;

export interface HistoryOptions {
  /** Changes and characters kept in memory for resume. */
  tailCount?: number;
  tailWeight?: number;
}

/**
 * A server that starts reads so many changes first: the clients of one that was restarted come back
 * at once, and each would read them from where they are kept.
 */
const WARM_COUNT = 10_000;

/** What was handed out so far: where it ends, its tail, and who is told of more. */
export class History {
  readonly #tailCount: number;
  readonly #tailWeight: number;
  readonly #listeners = new Set<Listener>();
  #tail: Tail;
  #epoch = '';
  #head = 0;

  constructor({ tailCount = 20_000, tailWeight = 16 * 1024 * 1024 }: HistoryOptions) {
    this.#tailCount = tailCount;
    this.#tailWeight = tailWeight;
    this.#tail = this.#emptyTail();
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** seq of the newest change that was handed out. */
  get head(): number {
    return this.#head;
  }

  /**
   * Another history, or this one from another place on. `before`: the changes after `after`, for those
   * who come back; nobody is told of them.
   */
  restart(epoch: string, after: number, before: readonly Change[] = []): void {
    this.#epoch = epoch;
    this.#head = after;
    this.#tail = this.#emptyTail();
    this.#tail.push(before);
    this.#head = before.at(-1)?.seq ?? after;
  }

  /** How many changes before the head are worth reading at a start. */
  get warmCount(): number {
    return Math.min(WARM_COUNT, this.#tailCount);
  }

  /** From the next change on. Returns how to stop. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The changes after `seq`, all of them, or undefined when memory does not reach back so far. */
  recent(seq: number): readonly Change[] | undefined {
    return this.#tail.covers(seq) ? this.#tail.since(seq) : undefined;
  }

  /** The next changes, in order. */
  hand(changes: readonly Change[]): void {
    const last = changes.at(-1);
    if (!last) return;
    this.#tail.push(changes);
    this.#head = last.seq;
    for (const listener of [...this.#listeners]) listener(changes);
  }

  close(): void {
    this.#listeners.clear();
  }

  #emptyTail(): Tail {
    return new Tail(this.#head, this.#tailCount, this.#tailWeight);
  }
}
