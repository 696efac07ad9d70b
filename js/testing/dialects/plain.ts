import { eventText } from '../event.ts';
import { type Change, type Feed, isRowChange } from '../feed.ts';
import { delayUntil, type Link, type VerifyToken } from '../link.ts';
import { anyTables, type Tables } from '../tables.ts';
import {
  bearerOf,
  HEARTBEAT,
  type OpenStream,
  refusal,
  STREAM_HEADERS,
  type StreamAnswer,
  type StreamRequest,
  streamText,
} from './event-stream.ts';

export interface PlainOptions {
  tables?: Tables;
  /** Absent: nobody needs a token. */
  verify?: VerifyToken | undefined;
  /** Comments on an event stream. */
  heartbeatMs?: number;
}

const SERVICE_RESTART = 1012;

/**
 * Events and nothing else: no subscriptions, no positions, no resume. `?entity=` chooses one
 * entity, and names it in its events. What the client says is not listened to.
 */
export class PlainStreams {
  readonly #feed: Feed;
  readonly #tables: Tables;
  readonly #verify: VerifyToken | undefined;
  readonly #heartbeatMs: number;

  constructor(feed: Feed, options: PlainOptions = {}) {
    this.#feed = feed;
    this.#tables = options.tables ?? anyTables;
    this.#verify = options.verify;
    this.#heartbeatMs = options.heartbeatMs ?? 15_000;
  }

  /** For a WebSocket the status is that of the refused upgrade; a stream sends bare events. */
  answer(request: StreamRequest, framing: 'websocket' | 'sse'): StreamAnswer {
    const verdict = this.#verify?.(bearerOf(request) ?? '');
    if (verdict && verdict.kind !== 'valid') return refusal(401, `the token is ${verdict.kind}`);
    const entity = request.url.searchParams.get('entity');
    const table = entity === null ? null : this.#tables.table(entity);
    if (table === undefined) return refusal(404, 'there is no such entity');
    const open = (link: Link): OpenStream => {
      const send = (changes: readonly Change[]) => {
        for (const change of changes) {
          if (table === null || change.table === table) this.#send(link, change, entity, framing);
        }
      };
      const leave = this.#feed.subscribe(send);
      const isSse = framing === 'sse';
      const beat = isSse && setInterval(() => link.send(HEARTBEAT), this.#heartbeatMs);
      const end =
        verdict &&
        setTimeout(() => link.close(4401, 'the token has expired'), delayUntil(verdict.expiresAt));
      return {
        close: () => {
          leave();
          if (beat) clearInterval(beat);
          clearTimeout(end);
        },
      };
    };
    return { status: 200, headers: { ...STREAM_HEADERS }, open };
  }

  #send(link: Link, change: Change, entity: string | null, framing: 'websocket' | 'sse'): void {
    if (!isRowChange(change)) {
      // There is no word for it; who comes back without a position reads everything.
      link.close(SERVICE_RESTART, 'a table was emptied');
      return;
    }
    const { epoch } = this.#feed;
    const text = eventText(change, { epoch, entity: entity ?? change.table });
    link.send(framing === 'sse' ? streamText(text) : text);
    link.countEvents(1);
  }
}
