import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type OrderedConsumerOptions,
} from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Change } from '../change.ts';
import { DatabaseUnavailable } from '../database.ts';
import { changeOf, messageOf, outboxSeqOf } from './message.ts';

/** Changes that the stream keeps for those who come back. */
const KEPT = 100_000;
const STREAM_NOT_FOUND = 10059;
const NAME_IN_USE = 10058;
const PAGE_PATIENCE_MS = 5000;
const REMOVAL_MS = 300;

/** Where a stream begins and ends. */
export interface Extent {
  /** Names the history that its sequence counts in: another when the stream is made anew. */
  epoch: string;
  /** Changes after this one are there. */
  keptAfter: number;
  last: number;
  /** What `last` was in the outbox; 0 when there is none. */
  outboxSeq: number;
}

/** The JetStream stream that carries one outbox's history. Its sequence is dense and never reused. */
export class NatsLog {
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #client: JetStreamClient;

  private constructor(connection: NatsConnection, manager: JetStreamManager) {
    this.#connection = connection;
    this.#manager = manager;
    this.#client = jetstream(connection);
  }

  /** @throws DatabaseUnavailable when there is no JetStream at that address */
  static async open(url: string): Promise<NatsLog> {
    try {
      const connection = await connect({
        servers: url,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        name: 'tidemark-demo',
      });
      return new NatsLog(connection, await jetstreamManager(connection));
    } catch (cause) {
      throw new DatabaseUnavailable(
        `Cannot use the NATS server at NATS_URL (${String(cause)}). Start it with JetStream, ` +
          '`nats-server -js`, or leave NATS_URL out.',
        { cause },
      );
    }
  }

  /** Of the outbox's history of that name; the stream is made where it is missing. */
  async extent(outboxEpoch: string): Promise<Extent> {
    const name = nameOf(outboxEpoch);
    const info = await this.#infoOf(name);
    const { first_seq: first, last_seq: last } = info.state;
    const newest = last === 0 ? null : await this.#manager.streams.getMessage(name, { seq: last });
    return {
      epoch: digest(`${outboxEpoch} ${info.created}`),
      keptAfter: Math.max(0, first - 1),
      last,
      outboxSeq: newest ? outboxSeqOf(newest.header) : 0,
    };
  }

  /**
   * Appends changes behind `last`, or as many of the first as can be: each names the sequence that
   * it expects before it, so that of two who publish only one succeeds, and none twice.
   */
  async append(outboxEpoch: string, changes: readonly Change[], last: number): Promise<void> {
    const maxBytes = this.#connection.info?.max_payload ?? 1024 * 1024;
    const published = changes.map((change, at) => {
      const { headers, payload } = messageOf(change, maxBytes);
      const expect = { lastSequence: last + at };
      return this.#client.publish(subjectOf(outboxEpoch), payload, { headers, expect });
    });
    const results = await Promise.allSettled(published);
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /** From `after` on, as they come; a lost connection is opened anew and continued. */
  async follow(
    outboxEpoch: string,
    after: number,
    onChange: (change: Change, outboxSeq: number) => void,
  ): Promise<() => void> {
    const consumer = await this.#consumer(outboxEpoch, after);
    const messages = await consumer.consume({
      callback: (message) =>
        onChange(
          changeOf(message.seq, message.headers, message.string()),
          outboxSeqOf(message.headers),
        ),
    });
    return () => messages.stop();
  }

  /** The next changes after `seq`, at most `limit`; undefined when the first of them is gone. */
  async page(outboxEpoch: string, seq: number, limit: number): Promise<Change[] | undefined> {
    const consumer = await this.#consumer(outboxEpoch, seq);
    try {
      const found: Change[] = [];
      const messages = await consumer.fetch({ max_messages: limit, expires: PAGE_PATIENCE_MS });
      for await (const message of messages) {
        found.push(changeOf(message.seq, message.headers, message.string()));
        if (found.length === limit) break;
      }
      return found[0]?.seq === seq + 1 ? found : undefined;
    } finally {
      await consumer.delete().catch(() => {});
    }
  }

  /** Forgets the history: the next stream of that name is another one. */
  async remove(outboxEpoch: string): Promise<void> {
    try {
      await this.#manager.streams.delete(nameOf(outboxEpoch));
    } catch (error) {
      if (codeOf(error) !== STREAM_NOT_FOUND) throw error;
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #consumer(outboxEpoch: string, after: number) {
    const options: Partial<OrderedConsumerOptions> = {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: after + 1,
    };
    return this.#client.consumers.get(nameOf(outboxEpoch), options);
  }

  async #infoOf(name: string) {
    const known = await this.#infoIfThere(name);
    if (known) return known;
    // NATS forgets a stream before it has removed its files, and would remove those of one that is
    // made meanwhile under the same name.
    await pause(REMOVAL_MS);
    const made = await this.#infoIfThere(name);
    if (made) return made;
    try {
      const subjects = [name.replace('-', '.')];
      return await this.#manager.streams.add({ name, subjects, max_msgs: KEPT });
    } catch (error) {
      // Another node was faster.
      if (codeOf(error) !== NAME_IN_USE) throw error;
      return this.#manager.streams.info(name);
    }
  }

  async #infoIfThere(name: string) {
    try {
      return await this.#manager.streams.info(name);
    } catch (error) {
      if (codeOf(error) !== STREAM_NOT_FOUND) throw error;
      return undefined;
    }
  }
}

/** An epoch may hold what a name may not. */
function nameOf(outboxEpoch: string): string {
  return `tidemark-${digest(outboxEpoch)}`;
}

function subjectOf(outboxEpoch: string): string {
  return nameOf(outboxEpoch).replace('-', '.');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function codeOf(error: unknown): number | undefined {
  return (error as { code?: number } | null)?.code;
}
