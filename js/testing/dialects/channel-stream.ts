import { type Change, type Feed, isRowChange, type RowChange } from '../feed.ts';

export interface Publication {
  offset: number;
  /** JSON text */
  data: string;
}

/** Hears of what a channel publishes; of undefined when its history ended. */
export type Listener = (publications: readonly Publication[] | undefined) => void;

export interface ChannelSource {
  name: string;
  feed: Feed;
  concerns(change: RowChange): boolean;
  isTruncate(change: Change): boolean;
  write(change: RowChange): string;
  history: number;
  nextEpoch(): string;
}

/** One channel's changes, counted. What they are is left to the feed; here is where they are. */
export class ChannelStream {
  readonly #source: ChannelSource;
  readonly #listeners = new Set<Listener>();
  #epoch: string;
  /** Offset of the newest publication. */
  #offset = 0;
  /** seq of the newest publications; the last of them has the offset. */
  #seqs: number[] = [];
  /** seq before the first of these. */
  #before: number;

  constructor(source: ChannelSource) {
    this.#source = source;
    this.#epoch = source.nextEpoch();
    this.#before = source.feed.head;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get offset(): number {
    return this.#offset;
  }

  get isIdle(): boolean {
    return this.#listeners.size === 0;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  append(changes: readonly Change[]): void {
    let publications: Publication[] = [];
    const tell = () => {
      if (publications.length > 0) this.#tell(publications);
      publications = [];
    };
    for (const change of changes) {
      if (this.#source.isTruncate(change)) {
        tell();
        this.#startAt(change.seq);
      } else if (isRowChange(change) && this.#source.concerns(change)) {
        this.#seqs.push(change.seq);
        const data = this.#source.write(change);
        publications.push({ offset: ++this.#offset, data });
      }
    }
    this.#trim();
    tell();
  }

  /** The feed counts anew, so its seqs of before mean nothing. */
  reset(): void {
    this.#startAt(this.#source.feed.head);
  }

  /** What came after a position; undefined when not all of it is known. */
  since(epoch: string, offset: number): Publication[] | undefined {
    if (epoch !== this.#epoch || offset > this.#offset) return undefined;
    const missed = this.#offset - offset;
    if (missed === 0) return [];
    const first = this.#seqs.length - missed;
    if (first < 0) return undefined;
    const from = first === 0 ? this.#before : (this.#seqs[first - 1] as number);
    const wanted = new Set(this.#seqs.slice(first));
    const found = this.#source.feed
      .recent(from)
      ?.filter((change): change is RowChange => wanted.has(change.seq) && isRowChange(change));
    if (found?.length !== missed) return undefined;
    return found.map((change, at) => ({
      offset: offset + at + 1,
      data: this.#source.write(change),
    }));
  }

  #startAt(seq: number): void {
    this.#epoch = this.#source.nextEpoch();
    this.#offset = 0;
    this.#seqs = [];
    this.#before = seq;
    this.#tell(undefined);
  }

  #trim(): void {
    const surplus = this.#seqs.length - this.#source.history;
    if (surplus <= 0) return;
    this.#before = this.#seqs[surplus - 1] as number;
    this.#seqs = this.#seqs.slice(surplus);
  }

  #tell(publications: readonly Publication[] | undefined): void {
    for (const listener of [...this.#listeners]) listener(publications);
  }
}
