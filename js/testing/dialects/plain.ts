import { type Clock, systemClock } from '../../core/clock.ts';
import { eventText } from '../event.ts';
import { type Change, type Feed, isRowChange } from '../feed.ts';
import type { Link, VerifyToken } from '../link.ts';
import { anyTables, type Tables } from '../tables.ts';
import {
  bearerOf,
  type OpenStream,
  refusal,
  STREAM_HEADERS,
  type StreamAnswer,
  type StreamRequest,
  streamText,
} from './event-stream.ts';
import { LiveStream, type Written } from './live-stream.ts';

export interface PlainOptions {
  tables?: Tables;
  /** Absent: nobody needs a token. */
  verify?: VerifyToken | undefined;
  clock?: Clock;
  /** Between comments on an event stream, pongs on a WebSocket. */
  heartbeatMs?: number;
}

/**
 * Events and nothing else: no subscriptions, no positions, no resume. `?entity=` chooses one
 * entity, and names it in its events. What the client says is not listened to.
 */
export class PlainStreams {
  readonly #feed: Feed;
  readonly #tables: Tables;
  readonly #verify: VerifyToken | undefined;
  readonly #clock: Clock;
  readonly #heartbeatMs: number;

  constructor(feed: Feed, options: PlainOptions = {}) {
    this.#feed = feed;
    this.#tables = options.tables ?? anyTables;
    this.#verify = options.verify;
    this.#clock = options.clock ?? systemClock;
    this.#heartbeatMs = options.heartbeatMs ?? 15_000;
  }

  /** For a WebSocket the status is that of the refused upgrade; a stream sends bare events. */
  answer(request: StreamRequest, framing: 'websocket' | 'sse'): StreamAnswer {
    const verdict = this.#verify?.(bearerOf(request) ?? '');
    if (verdict && verdict.kind !== 'valid') return refusal(401, `the token is ${verdict.kind}`);
    const entity = request.url.searchParams.get('entity');
    const table = entity === null ? null : this.#tables.table(entity);
    if (table === undefined) return refusal(404, 'there is no such entity');
    const isSse = framing === 'sse';
    const write = (change: Change): Written => {
      if (table !== null && change.table !== table) return undefined;
      // There is no word for it; who comes back without a position reads everything.
      if (!isRowChange(change)) return 'end';
      const { epoch } = this.#feed;
      const text = eventText(change, { epoch, entity: entity ?? change.table });
      return { text: isSse ? streamText(text) : text };
    };
    const rest = { heartbeatMs: this.#heartbeatMs, clock: this.#clock };
    const live = { write, expiresAt: verdict?.expiresAt, ...rest };
    const options = isSse ? live : { ...live, heartbeat: '{"op":"pong"}' };
    const open = (link: Link): OpenStream => new LiveStream(this.#feed, link, options);
    return { status: 200, headers: { ...STREAM_HEADERS }, open };
  }
}
