import { setTimeout as pause } from 'node:timers/promises';
import type { Database, Queryable } from '../database.ts';
import type { OutboxOptions } from '../outbox.ts';
import { OUTBOX_CHANNEL, OutboxTable } from '../outbox-table.ts';
import type { NatsLog } from './log.ts';

/** Whoever holds it is the relay; Postgres gives it to another when the holder's connection ends. */
const LOCK = '7240903';
const BATCH_SIZE = 500;
const ELECTION_INTERVAL_MS = 500;
/** A look without being notified, for the notification that never comes. */
const LOOK_EVERY_MS = 1000;
const TRIM_EVERY = 1000;

/**
 * Brings the outbox into NATS, in order. Every server has one and one of them works. Where to go
 * on is read from the stream's last message, so nothing is to be marked, and what a relay had
 * published before it died is not published again.
 */
export class Relay {
  readonly #log: NatsLog;
  readonly #database: Database;
  readonly #kept: number;
  readonly #report: (line: string) => void;
  #listens = false;
  /** Told of since the last look. */
  #news = false;
  #wake = () => {};
  #working: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(log: NatsLog, database: Database, options: OutboxOptions) {
    this.#log = log;
    this.#database = database;
    this.#kept = options.history ?? 100_000;
    this.#report = options.log ?? (() => {});
  }

  start(): void {
    this.#working = this.#run();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#working;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#database.session((session) => this.#stand(session));
      } catch (error) {
        if (!this.#closed) this.#report(`the relay to NATS begins again: ${String(error)}`);
      }
      this.#news = false;
      await this.#sleep(ELECTION_INTERVAL_MS);
    }
  }

  /** Waits for its turn, and works until that ends. */
  async #stand(session: Queryable): Promise<void> {
    while (!this.#closed) {
      if (await isChosen(session)) {
        await this.#listen();
        await this.#work(session);
      }
      this.#news = false;
      await this.#sleep(ELECTION_INTERVAL_MS);
    }
  }

  async #work(session: Queryable): Promise<void> {
    const table = new OutboxTable(session);
    const { epoch, trimmedTo } = await table.meta();
    const extent = await this.#log.extent(epoch);
    let { last } = extent;
    // An empty stream takes all that the outbox keeps: nobody may have begun behind it.
    let seq = last === 0 ? trimmedTo : extent.outboxSeq;
    let untrimmed = 0;
    while (!this.#closed) {
      this.#news = false;
      const changes = await table.select(seq, Number.MAX_SAFE_INTEGER, BATCH_SIZE);
      await this.#log.append(epoch, changes, last);
      last += changes.length;
      seq = changes.at(-1)?.seq ?? seq;
      untrimmed += changes.length;
      if (untrimmed >= TRIM_EVERY) {
        untrimmed = 0;
        await table.trim(seq - this.#kept);
      }
      if (changes.length === BATCH_SIZE) continue;
      await this.#sleep(LOOK_EVERY_MS);
      // The connection may be another by now, without the lock.
      if (!(await isChosen(session))) return;
      // Another history has another stream.
      const now = await table.meta();
      const isCutShort = now.epoch === epoch && now.head < seq;
      if (isCutShort) await table.renew(epoch);
      if (isCutShort || now.epoch !== epoch) return;
      // Another stream under the same name, made anew, has nothing of what this one had.
      if ((await this.#log.extent(epoch)).epoch !== extent.epoch) return;
    }
  }

  /** Only who works listens; it goes on to do so, for the next time. */
  async #listen(): Promise<void> {
    if (this.#listens) return;
    this.#listens = true;
    const wake = () => {
      this.#news = true;
      this.#wake();
    };
    await this.#database.listen(OUTBOX_CHANNEL, wake, wake);
  }

  /** Until there is news, or for so long. */
  async #sleep(ms: number): Promise<void> {
    if (this.#news || this.#closed) return;
    const timer = new AbortController();
    this.#wake = () => timer.abort();
    await pause(ms, undefined, { signal: timer.signal }).catch(() => {});
  }
}

/** Who holds the lock already is given it again. */
async function isChosen(session: Queryable): Promise<boolean> {
  const [row] = await session.query<{ won: boolean }>(
    `select pg_try_advisory_lock(${LOCK}) as won`,
  );
  return row?.won === true;
}
