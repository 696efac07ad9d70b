import { eventText } from '../event.ts';
import type { Change, Feed } from '../feed.ts';
import { anyTables, type Tables } from '../tables.ts';
import { ChannelStream } from './channel-stream.ts';

export interface ChannelStreamsOptions {
  tables?: Tables;
  /** Positions that a channel keeps, and so how far back its clients can recover. */
  history?: number;
  /** Channels that are kept although nobody listens. */
  maxIdle?: number;
}

/** The name of the channel is no table, or its filter is none. */
export class ChannelError extends Error {
  readonly kind: 'unknown' | 'bad_filter';

  constructor(kind: ChannelError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * Every channel of one server. A channel is a table, `projects`, or the rows of it that a filter
 * wants, `projects?status=eq.active`; it is told of a row that is in it before a change or after.
 * Its offsets count its own changes, one by one, from the first subscription on.
 */
export class ChannelStreams {
  readonly #feed: Feed;
  readonly #tables: Tables;
  readonly #history: number;
  readonly #maxIdle: number;
  readonly #streams = new Map<string, ChannelStream>();
  readonly #leave: () => void;
  // Offsets are counted in memory, so those of another run of the server mean nothing here.
  readonly #run = Math.random().toString(36).slice(2, 10);
  #feedEpoch: string;
  #opened = 0;

  constructor(feed: Feed, options: ChannelStreamsOptions = {}) {
    this.#feed = feed;
    this.#tables = options.tables ?? anyTables;
    this.#history = options.history ?? 10_000;
    this.#maxIdle = options.maxIdle ?? 1000;
    this.#feedEpoch = feed.epoch;
    this.#leave = feed.subscribe((changes) => this.#deliver(changes));
  }

  /** @throws ChannelError */
  open(name: string): ChannelStream {
    if (this.#feed.epoch !== this.#feedEpoch) this.#startOver();
    const known = this.#streams.get(name);
    if (known) return known;
    const { table, entity, matches } = this.#read(name);
    const stream = new ChannelStream({
      name,
      feed: this.#feed,
      concerns: (change) =>
        change.table === table &&
        (matches(change.row) || (change.old !== null && matches(change.old))),
      isTruncate: (change) => change.table === table && change.row === null,
      write: (change) => eventText(change, { epoch: this.#feed.epoch, entity }),
      history: this.#history,
      nextEpoch: () => `${this.#run}-${++this.#opened}`,
    });
    this.#streams.set(name, stream);
    this.#forgetIdle();
    return stream;
  }

  /** The server ends. */
  close(): void {
    this.#leave();
    this.#streams.clear();
  }

  #read(name: string) {
    const mark = name.indexOf('?');
    const entity = mark < 0 ? name : name.slice(0, mark);
    const table = this.#tables.table(entity);
    if (table === undefined) throw new ChannelError('unknown', `no table '${entity.slice(0, 64)}'`);
    if (mark < 0) return { table, entity, matches: () => true };
    try {
      return { table, entity, matches: this.#tables.matches(table, name.slice(mark + 1)) };
    } catch (error) {
      throw new ChannelError('bad_filter', error instanceof Error ? error.message : String(error));
    }
  }

  #deliver(changes: readonly Change[]): void {
    if (this.#feed.epoch !== this.#feedEpoch) this.#startOver();
    for (const stream of this.#streams.values()) {
      try {
        stream.append(changes);
      } catch {
        // What could not be counted is missing: its clients are to read everything anew.
        stream.reset();
      }
    }
  }

  #startOver(): void {
    this.#feedEpoch = this.#feed.epoch;
    for (const stream of this.#streams.values()) stream.reset();
  }

  #forgetIdle(): void {
    let idle = 0;
    for (const stream of this.#streams.values()) if (stream.isIdle) idle++;
    for (const [name, stream] of this.#streams) {
      if (idle <= this.#maxIdle) return;
      if (!stream.isIdle) continue;
      this.#streams.delete(name);
      idle--;
    }
  }
}
