import { setTimeout as pause } from 'node:timers/promises';
import type { Change } from '../change.ts';
import type { ChangeStream } from '../change-stream.ts';
import type { Database } from '../database.ts';
import { History } from '../history.ts';
import type { OutboxOptions } from '../outbox.ts';
import { OutboxTable } from '../outbox-table.ts';
import { SharedWork } from '../shared-work.ts';
import { Turns } from '../turns.ts';
import { NatsLog } from './log.ts';
import { Relay } from './relay.ts';

const PAGES_AT_ONCE = 4;
const PAGE_SIZE = 100;
const SAFETY_INTERVAL_MS = 5000;
/** From a commit to its change's coming through NATS, before that counts as a failure. */
const PATIENCE_MS = 5000;
/** For a look at the stream: what NATS never answers must not be the last look. */
const LOOK_PATIENCE_MS = 10_000;

interface Arrival {
  change: Change;
  outboxSeq: number;
}

interface Waiting {
  outboxSeq: number;
  done: (error?: Error) => void;
}

/**
 * A JetStream stream as the one stream of changes: its sequence is the position. What this server
 * reads of the outbox is its head only, to know whether the stream has brought everything.
 */
export class JetStream implements ChangeStream {
  onNewEpoch: () => void = () => {};
  readonly #log: NatsLog;
  readonly #table: OutboxTable;
  readonly #history: History;
  readonly #relay: Relay;
  readonly #report: (line: string) => void;
  readonly #meta = new SharedWork(() => this.#table.meta());
  readonly #look = new SharedWork(() => this.#maintain());
  readonly #pages = new Turns(PAGES_AT_ONCE);
  readonly #waiting = new Set<Waiting>();
  #outboxEpoch = '';
  /** Of the newest change that was handed out. */
  #outboxSeq = 0;
  #arrived: Arrival[] = [];
  #follows = false;
  /** `head` when it was looked after the last time. */
  #lookedAt = 0;
  #stop = () => {};
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(log: NatsLog, database: Database, options: OutboxOptions) {
    this.#log = log;
    this.#table = new OutboxTable(database);
    this.#history = new History(options);
    this.#relay = new Relay(log, database, options);
    this.#report = options.log ?? (() => {});
  }

  /** @throws DatabaseUnavailable when NATS cannot be used */
  static async open(url: string, database: Database, options: OutboxOptions): Promise<JetStream> {
    const log = await NatsLog.open(url);
    const stream = new JetStream(log, database, options);
    await stream.#locate();
    stream.#relay.start();
    const interval = options.safetyIntervalMs ?? SAFETY_INTERVAL_MS;
    stream.#timer = setInterval(() => void stream.#look.run(), interval);
    stream.#timer.unref();
    return stream;
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

  async refresh(): Promise<void> {
    const { epoch, head } = await this.#meta.run();
    if (epoch !== this.#outboxEpoch) await this.#look.run();
    else if (head > this.#outboxSeq) await this.#untilArrived(head);
  }

  async keeps(seq: number): Promise<boolean> {
    return (await this.#log.extent(this.#outboxEpoch)).keptAfter <= seq;
  }

  stored(seq: number): Promise<readonly Change[] | undefined> {
    const most = Math.min(PAGE_SIZE, this.head - seq);
    return this.#pages.run(() => this.#log.page(this.#outboxEpoch, seq, most));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#stop();
    this.#history.close();
    for (const { done } of [...this.#waiting]) done();
    await this.#relay.close();
    await this.#log.close();
  }

  #untilArrived(outboxSeq: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: Error) => {
        clearTimeout(timer);
        this.#waiting.delete(entry);
        if (error) reject(error);
        else resolve();
      };
      const entry = { outboxSeq, done };
      const timer = setTimeout(() => done(new Error('NATS lags behind')), PATIENCE_MS);
      this.#waiting.add(entry);
    });
  }

  /** One turn's changes are handed out together. */
  #arrive(change: Change, outboxSeq: number): void {
    const expected = this.head + this.#arrived.length + 1;
    if (change.seq < expected) return;
    if (change.seq > expected) {
      // It slept for so long that the stream did not keep what comes next.
      this.#follows = false;
      void this.#look.run();
      return;
    }
    this.#arrived.push({ change, outboxSeq });
    if (this.#arrived.length === 1) setImmediate(() => this.#handOut());
  }

  #handOut(): void {
    const arrived = this.#arrived;
    this.#arrived = [];
    const newest = arrived.at(-1);
    if (this.#closed || !newest) return;
    this.#outboxSeq = newest.outboxSeq;
    this.#history.hand(arrived.map(({ change }) => change));
    for (const { outboxSeq, done } of [...this.#waiting]) {
      if (outboxSeq <= this.#outboxSeq) done();
    }
  }

  async #locate(): Promise<void> {
    this.#stop();
    this.#follows = false;
    this.#arrived = [];
    const { epoch: outboxEpoch } = await this.#table.meta();
    const { epoch, keptAfter, last, outboxSeq } = await this.#log.extent(outboxEpoch);
    const after = Math.max(keptAfter, last - this.#history.warmCount);
    const before = last > after ? await this.#log.page(outboxEpoch, after, last - after) : [];
    const isWhole = before?.at(-1)?.seq === last;
    this.#outboxEpoch = outboxEpoch;
    this.#outboxSeq = outboxSeq;
    this.#history.restart(epoch, isWhole ? after : last, isWhole ? before : []);
    await this.#follow();
  }

  /** From the head on. */
  async #follow(): Promise<void> {
    this.#stop();
    this.#arrived = [];
    let current = true;
    let stop = () => {};
    this.#stop = () => {
      current = false;
      stop();
    };
    stop = await this.#log.follow(this.#outboxEpoch, this.head, (change, seq) => {
      if (current) this.#arrive(change, seq);
    });
    // Another look did not wait for it.
    if (current) this.#follows = true;
    else stop();
  }

  async #maintain(): Promise<void> {
    const patience = new AbortController();
    const tooLong = pause(LOOK_PATIENCE_MS, undefined, { signal: patience.signal, ref: false });
    try {
      await Promise.race([
        this.#checkStream(),
        tooLong.then(() => Promise.reject(new Error('NATS does not answer'))),
      ]);
    } catch (error) {
      if (!this.#closed) this.#report(`cannot look after the stream: ${String(error)}`);
    } finally {
      patience.abort();
    }
  }

  async #checkStream(): Promise<void> {
    // Of before the look: while its answer is on its way more may come.
    const known = this.head;
    const { epoch: outboxEpoch } = await this.#table.meta();
    const { epoch, last } = await this.#log.extent(outboxEpoch);
    if (this.#closed) return;
    const isCutShort = epoch === this.epoch && last < known;
    if (isCutShort) await this.#log.remove(outboxEpoch);
    if (isCutShort || epoch !== this.epoch || !this.#follows) {
      await this.#locate();
      this.onNewEpoch();
    } else if (last > known && known === this.#lookedAt) {
      // There is more since the last look, and nothing came.
      await this.#follow();
    }
    this.#lookedAt = known;
  }
}
