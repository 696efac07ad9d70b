import type { Change } from './change.ts';
import type { ChangeStream } from './change-stream.ts';
import type { Database } from './database.ts';
import { History, type HistoryOptions } from './history.ts';
import { OUTBOX_CHANNEL, OutboxTable } from './outbox-table.ts';
import { Turns } from './turns.ts';

/** A thousand clients that come back at once must not be a thousand pages in memory. */
const PAGES_AT_ONCE = 4;
/** Changes a page: a slow client takes a part of it at a time, and reads the rest again. */
const PAGE_SIZE = 100;

export interface OutboxOptions extends HistoryOptions {
  /** Changes read at once. */
  batchSize?: number;
  /** Changes kept in the table. */
  history?: number;
  /** A look without being notified, for the notification that never comes. */
  safetyIntervalMs?: number;
  log?: (line: string) => void;
}

/** The table as the one stream of changes: several servers read it, each by itself. */
export class Outbox implements ChangeStream {
  onNewEpoch: () => void = () => {};
  readonly #table: OutboxTable;
  readonly #history: History;
  readonly #pages = new Turns(PAGES_AT_ONCE);
  readonly #batchSize: number;
  readonly #kept: number;
  readonly #log: (line: string) => void;
  #wanted = false;
  #reading: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(database: Database, options: OutboxOptions) {
    this.#table = new OutboxTable(database);
    this.#history = new History(options);
    this.#batchSize = options.batchSize ?? 1000;
    this.#kept = options.history ?? 100_000;
    this.#log = options.log ?? (() => {});
  }

  static async open(database: Database, options: OutboxOptions = {}): Promise<Outbox> {
    const outbox = new Outbox(database, options);
    await outbox.#locate();
    const look = () => void outbox.#look();
    await database.listen(OUTBOX_CHANNEL, look, look);
    outbox.#timer = setInterval(() => void outbox.#maintain(), options.safetyIntervalMs ?? 5000);
    outbox.#timer.unref();
    return outbox;
  }

  get epoch(): string {
    return this.#history.epoch;
  }

  get head(): number {
    return this.#history.head;
  }

  subscribe(listener: (changes: readonly Change[]) => void): () => void {
    return this.#history.subscribe(listener);
  }

  recent(seq: number): readonly Change[] | undefined {
    return this.#history.recent(seq);
  }

  refresh(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    // Whoever asks while it reads is answered by one more look.
    this.#wanted = true;
    this.#reading ??= this.#drain();
    return this.#reading;
  }

  async keeps(seq: number): Promise<boolean> {
    return (await this.#table.meta()).trimmedTo <= seq;
  }

  async stored(seq: number): Promise<readonly Change[] | undefined> {
    return this.#pages.run(async () => {
      const changes = await this.#table.select(seq, this.head, PAGE_SIZE);
      // Looked at after reading: what was trimmed meanwhile may be missing above.
      return (await this.keeps(seq)) ? changes : undefined;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#history.close();
    await this.#reading?.catch(() => {});
  }

  /** Without anybody who waits for it. */
  async #look(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      // The safety interval, or listening again, takes it up from the same place.
      if (!this.#closed) this.#log(`cannot read the outbox: ${String(error)}`);
    }
  }

  async #drain(): Promise<void> {
    try {
      while (this.#wanted && !this.#closed) {
        this.#wanted = false;
        const most = Number.MAX_SAFE_INTEGER;
        const read = () => this.#table.select(this.head, most, this.#batchSize);
        // A pooled connection that died while it was idle is noticed by the one who uses it next.
        const changes = await read().catch(read);
        if (changes.length === this.#batchSize) this.#wanted = true;
        if (!this.#closed) this.#history.hand(changes);
      }
    } finally {
      this.#wanted = false;
      this.#reading = undefined;
    }
  }

  async #locate(): Promise<void> {
    const { epoch, head, trimmedTo } = await this.#table.meta();
    const after = Math.max(trimmedTo, head - this.#history.warmCount);
    const before: Change[] = [];
    for (let page: readonly Change[] | undefined; page?.length !== 0; ) {
      page = await this.#table.select(before.at(-1)?.seq ?? after, head, this.#batchSize);
      before.push(...page);
    }
    // What was trimmed meanwhile may be missing.
    const kept = (await this.#table.meta()).trimmedTo <= after;
    this.#history.restart(epoch, kept ? after : head, kept ? before : []);
  }

  async #maintain(): Promise<void> {
    await this.#look();
    try {
      // Of before the look: while its answer is on its way more may be read.
      const known = this.head;
      const { epoch, head } = await this.#table.meta();
      if (this.#closed) return;
      // A smaller head under the old epoch is a history that was cut short without a new name.
      if (epoch !== this.epoch || head < known) {
        if (epoch === this.epoch) await this.#table.renew(epoch);
        await this.#locate();
        this.onNewEpoch();
      }
      await this.#table.trim(this.head - this.#kept);
    } catch (error) {
      if (!this.#closed) this.#log(`cannot look after the outbox: ${String(error)}`);
    }
  }
}
