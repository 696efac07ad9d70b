import type { Database } from './database.ts';
import { GAUGE_COUNT } from './entities.ts';

/** What the server can be asked to keep changing. */
export const WRITTEN_TABLES = ['gauges', 'projects'] as const;
export type WrittenTable = (typeof WRITTEN_TABLES)[number];

export interface WriteOrder {
  table: WrittenTable;
  /** Changes a second; 0 ends it. */
  rate: number;
  /** In milliseconds. */
  forMs: number;
}

/** Each changes at most `$1` rows, and gives how many it did. */
const STATEMENTS: Record<WrittenTable, string> = {
  // Half of them among the first thousand, so that whoever looks at the top sees some.
  gauges: `with changed as (
      update gauges set level_mm = level_mm + (floor(random() * 41) - 20)::int
      where id = any (array(
        select 1 + floor(random() * case n % 2 when 0 then 1000 else ${GAUGE_COUNT} end)::bigint
        from generate_series(1, $1::text::int) n))
      returning id)
    select count(*)::text as count from changed`,
  projects: `with changed as (
      update projects set volunteers_needed = (volunteers_needed + 1) % 100
      where id in (select id from projects order by random() limit $1::text::int)
      returning id)
    select count(*)::text as count from changed`,
};

const TICK_MS = 20;
/** A writer that fell behind makes it good, but not all in one transaction. */
const MOST_AT_ONCE = 200;
/** For so long after its end, too. */
const GRACE_MS = 2000;

interface Job {
  startedAt: number;
  endsAt: number;
  rate: number;
  changes: number;
  timer: NodeJS.Timeout;
}

/** Changes rows for as long as a page wants to watch, as some other program would. */
export class Writer {
  readonly #database: Database;
  readonly #log: (line: string) => void;
  readonly #jobs = new Map<WrittenTable, Job>();
  readonly #written = new Map<WrittenTable, number>();
  #closed = false;

  constructor(database: Database, log: (line: string) => void = () => {}) {
    this.#database = database;
    this.#log = log;
  }

  /** Rows that were changed so far, by table. */
  get written(): Record<string, number> {
    return Object.fromEntries(this.#written);
  }

  /** Takes the place of what was ordered for that table before. */
  order({ table, rate, forMs }: WriteOrder): void {
    clearTimeout(this.#jobs.get(table)?.timer);
    this.#jobs.delete(table);
    if (rate <= 0 || forMs <= 0 || this.#closed) return;
    const startedAt = Date.now();
    const job: Job = {
      startedAt,
      endsAt: startedAt + forMs,
      rate,
      changes: 0,
      timer: setTimeout(() => void this.#turn(table, job), TICK_MS),
    };
    this.#jobs.set(table, job);
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#jobs.values()) clearTimeout(timer);
    this.#jobs.clear();
  }

  async #turn(table: WrittenTable, job: Job): Promise<void> {
    const until = Math.min(Date.now(), job.endsAt);
    const due = Math.floor(((until - job.startedAt) * job.rate) / 1000) - job.changes;
    const before = job.changes;
    try {
      if (due > 0) job.changes += await this.#write(table, Math.min(due, MOST_AT_ONCE));
    } catch (error) {
      if (!this.#closed) this.#log(`cannot change rows of ${table}: ${String(error)}`);
    }
    if (this.#jobs.get(table) !== job) return;
    const isDone = until === job.endsAt && job.changes - before >= due;
    if (isDone || Date.now() >= job.endsAt + GRACE_MS) this.#jobs.delete(table);
    else job.timer = setTimeout(() => void this.#turn(table, job), TICK_MS);
  }

  async #write(table: WrittenTable, count: number): Promise<number> {
    const [row] = await this.#database.query<{ count: string }>(STATEMENTS[table], [String(count)]);
    const changed = Number(row?.count ?? 0);
    this.#written.set(table, (this.#written.get(table) ?? 0) + changed);
    return changed;
  }
}
