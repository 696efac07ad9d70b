import type { Change } from './change.ts';
import { Tail } from './tail.ts';

type Listener = (changes: readonly Change[]) => void;

export interface HistoryOptions {
  /** Changes and characters kept in memory for resume. */
  tailCount?: number;
  tailWeight?: number;
}

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

  /** Another history, or this one from another place on. */
  restart(epoch: string, head: number): void {
    this.#epoch = epoch;
    this.#head = head;
    this.#tail = this.#emptyTail();
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
