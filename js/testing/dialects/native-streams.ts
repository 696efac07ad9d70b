import { type Clock, systemClock } from '../../core/clock.ts';
import { every } from '../every.ts';
import type { Feed } from '../feed.ts';
import type { Link } from '../link.ts';
import {
  bearerOf,
  type OpenStream,
  refusal,
  STREAM_HEADERS,
  type StreamAnswer,
  type StreamRequest,
  streamText,
} from './event-stream.ts';
import { NativeConnection, type NativeOptions } from './native.ts';
import { type Decoded, decodeMessage, type Position } from './native-messages.ts';

/** docs/protocol.md, "Server-sent events". */
const PONG_MS = 10_000;

/** The event streams of docs/protocol.md: `…/sse?subscribe=[…]`. */
export class NativeStreams {
  readonly #feed: Feed;
  readonly #options: NativeOptions;
  readonly #clock: Clock;

  constructor(feed: Feed, options: NativeOptions = {}) {
    this.#feed = feed;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  answer(request: StreamRequest): StreamAnswer {
    const token = bearerOf(request) ?? '';
    const verdict = this.#options.verify?.(token);
    if (verdict && verdict.kind !== 'valid') return refusal(401, `the token is ${verdict.kind}`);
    const wanted = this.#wanted(request);
    if (!wanted) return refusal(400, 'subscribe is not an array of messages');
    const open = (link: Link): OpenStream => {
      const send = (text: string, id?: string) => link.send(streamText(text, id), id);
      const connection = new NativeConnection(this.#feed, { ...link, send }, this.#options);
      connection.present(token);
      for (const each of wanted) {
        if ('refusal' in each) connection.refuse(each.refusal);
        else if (each.message.op === 'subscribe') connection.subscribe(each.message);
      }
      const stop = every(this.#clock, PONG_MS, () => connection.pong());
      const close = () => {
        stop();
        connection.close();
      };
      return { close };
    };
    return { status: 200, headers: { ...STREAM_HEADERS }, open };
  }

  #wanted(request: StreamRequest): Decoded[] | undefined {
    let list: unknown;
    try {
      list = JSON.parse(request.url.searchParams.get('subscribe') ?? '[]');
    } catch {
      return undefined;
    }
    if (!Array.isArray(list)) return undefined;
    const last = positionOf(request.header('last-event-id'));
    return (list as unknown[]).map((each) => {
      const decoded = decodeMessage(each, 'subscribe');
      if (!last || !('message' in decoded) || decoded.message.op !== 'subscribe') return decoded;
      return { message: { ...decoded.message, since: later(decoded.message.since, last) } };
    });
  }
}

/** `Last-Event-ID` is fresher than the URL, which an EventSource cannot change. */
function later(since: Position | undefined, last: Position): Position {
  return since && since.epoch === last.epoch && since.seq > last.seq ? since : last;
}

function positionOf(id: string | undefined): Position | undefined {
  const parts = /^(.{1,256}):(\d{1,15})$/.exec(id ?? '');
  return parts?.[1] ? { epoch: parts[1], seq: Number(parts[2]) } : undefined;
}
