import type { Action, Change } from './change.ts';
import type { Database } from './database.ts';
import { Tail } from './tail.ts';

export interface OutboxOptions {
  /** Changes read at once. */
  batchSize?: number;
  /** Changes and characters kept in memory for resume. */
  tailCount?: number;
  tailWeight?: number;
  /** Changes kept in the table. */
  history?: number;
  /** A look without being notified, for the notification that never comes. */
  safetyIntervalMs?: number;
  log?: (line: string) => void;
}

type Listener = (changes: readonly Change[]) => void;

interface Row {
  seq: string;
  entity: string;
  action: Action;
  row: string | null;
  old: string | null;
  mutation: string | null;
  at: string;
}

// Its seq is text; whoever orders by `outbox.seq` means the column, whose order is by number.
const SELECT = `
  select seq::text, entity, action, row::text as row, old::text as old, mutation,
         to_char(committed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
  from outbox`;

/** The one stream of changes: reads it in order, keeps its end, hands it to the sessions. */
export class Outbox {
  /** Called when the history that `seq` counts in was replaced: nobody can resume. */
  onNewEpoch: () => void = () => {};
  readonly #database: Database;
  readonly #options: Required<OutboxOptions>;
  readonly #listeners = new Set<Listener>();
  #tail: Tail;
  #epoch = '';
  #head = 0;
  #wanted = false;
  #reading: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(database: Database, options: OutboxOptions) {
    this.#database = database;
    this.#options = {
      batchSize: 1000,
      tailCount: 5000,
      tailWeight: 4 * 1024 * 1024,
      history: 100_000,
      safetyIntervalMs: 5000,
      log: () => {},
      ...options,
    };
    this.#tail = this.#emptyTail();
  }

  static async open(database: Database, options: OutboxOptions = {}): Promise<Outbox> {
    const outbox = new Outbox(database, options);
    await outbox.#locate();
    const look = () => void outbox.refresh();
    await database.listen('tidemark', look, look);
    outbox.#timer = setInterval(() => void outbox.#maintain(), outbox.#options.safetyIntervalMs);
    outbox.#timer.unref();
    return outbox;
  }

  get epoch(): string {
    return this.#epoch;
  }

  /** seq of the newest change that was handed out. */
  get head(): number {
    return this.#head;
  }

  /** From the next change on. Returns how to stop. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads what is there now. */
  refresh(): Promise<void> {
    this.#wanted = true;
    this.#reading ??= this.#drain().finally(() => {
      this.#reading = undefined;
      // Asked for between the last look and here.
      if (this.#wanted && !this.#closed) void this.refresh();
    });
    return this.#reading;
  }

  /** The changes after `seq`, all of them, or undefined when memory does not reach back so far. */
  recent(seq: number): readonly Change[] | undefined {
    return this.#tail.covers(seq) ? this.#tail.since(seq) : undefined;
  }

  /** The next changes after `seq` from the table; undefined when some of them are gone. */
  async stored(seq: number): Promise<readonly Change[] | undefined> {
    const changes = await this.#select(seq, this.#head);
    // Looked at after reading: what was trimmed meanwhile may be missing above.
    const { trimmedTo } = await this.#meta();
    return trimmedTo > seq ? undefined : changes;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#listeners.clear();
    await this.#reading?.catch(() => {});
  }

  async #drain(): Promise<void> {
    try {
      while (this.#wanted && !this.#closed) {
        this.#wanted = false;
        const changes = await this.#select(this.#head, Number.MAX_SAFE_INTEGER);
        if (changes.length === this.#options.batchSize) this.#wanted = true;
        this.#hand(changes);
      }
    } catch (error) {
      // The safety interval, or listening again, takes it up from the same place.
      this.#wanted = false;
      if (!this.#closed) this.#options.log(`cannot read the outbox: ${String(error)}`);
    }
  }

  #hand(changes: readonly Change[]): void {
    const last = changes.at(-1);
    if (!last || this.#closed) return;
    this.#tail.push(changes);
    this.#head = last.seq;
    for (const listener of [...this.#listeners]) listener(changes);
  }

  async #select(after: number, upTo: number): Promise<Change[]> {
    const rows = await this.#database.query<Row>(
      `${SELECT} where seq > $1::text::bigint and seq <= $2::text::bigint
       order by outbox.seq limit ${this.#options.batchSize}`,
      [String(after), String(upTo)],
    );
    return rows.map(({ seq, entity, action, row, old, mutation, at }) => ({
      seq: Number(seq),
      table: entity,
      action,
      row,
      old,
      mutation,
      committedAt: at,
    }));
  }

  async #meta(): Promise<{ epoch: string; trimmedTo: number; head: number }> {
    const [row] = await this.#database.query<{ epoch: string; trimmed: string; head: string }>(
      `select epoch, trimmed_to::text as trimmed,
              greatest(trimmed_to, (select max(seq) from outbox))::text as head
       from outbox_meta`,
    );
    if (!row) throw new Error('outbox_meta is empty; restart the demo server to fill it');
    return { epoch: row.epoch, trimmedTo: Number(row.trimmed), head: Number(row.head) };
  }

  async #locate(): Promise<void> {
    const { epoch, head } = await this.#meta();
    this.#epoch = epoch;
    this.#head = head;
    this.#tail = this.#emptyTail();
  }

  #emptyTail(): Tail {
    return new Tail(this.#head, this.#options.tailCount, this.#options.tailWeight);
  }

  async #maintain(): Promise<void> {
    try {
      await this.refresh();
      const { epoch, head } = await this.#meta();
      if (this.#closed) return;
      // A smaller head under the old epoch is a history that was cut short without a new name.
      if (epoch !== this.#epoch || head < this.#head) {
        if (epoch === this.#epoch) {
          await this.#database.query(
            'update outbox_meta set epoch = gen_random_uuid()::text where epoch = $1',
            [epoch],
          );
        }
        await this.#locate();
        this.onNewEpoch();
      }
      await this.#trim();
    } catch (error) {
      if (!this.#closed) this.#options.log(`cannot look after the outbox: ${String(error)}`);
    }
  }

  async #trim(): Promise<void> {
    const keepAfter = this.#head - this.#options.history;
    if (keepAfter <= 0) return;
    // One statement, so nobody sees rows gone that are not yet said to be.
    await this.#database.query(
      `with gone as (delete from outbox where seq <= $1::text::bigint returning seq)
       update outbox_meta set trimmed_to = greatest(trimmed_to, $1::text::bigint)
       where exists (select from gone)`,
      [String(keepAfter)],
    );
  }
}
