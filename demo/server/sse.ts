import type { IncomingMessage, ServerResponse } from 'node:http';
import { STREAM_HEADERS, streamText } from '../../js/testing/dialects/event-stream.ts';
import {
  decodeMessage,
  type Position,
  type SubscribeMessage,
} from '../../js/testing/dialects/native-messages.ts';
import { bearerOf, HttpError } from './http.ts';
import { Session } from './session.ts';
import { admitStream, streamLink } from './sse-link.ts';
import type { TransportContext } from './websocket.ts';

/** `http://host/realtime/sse?subscribe=[…]` */
export class SseEndpoint {
  readonly #context: TransportContext;
  readonly #pongIntervalMs: number;

  constructor(context: TransportContext, pongIntervalMs = 10_000) {
    this.#context = context;
    this.#pongIntervalMs = pongIntervalMs;
  }

  /** @throws HttpError */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const client = admitStream(this.#context, request, url);
    const token = this.#tokenOf(request);
    const messages = this.#messages(request, url);
    response.writeHead(200, STREAM_HEADERS).flushHeaders();
    const session = this.#stream(response, client);
    if (token !== undefined) session.present(token);
    for (const each of messages) if ('refusal' in each) session.refuse(each.refusal);
    const wanted = messages.flatMap((each) => ('message' in each ? [each.message] : []));
    void session.subscribe(wanted.filter((each) => each.op === 'subscribe'));
  }

  /** @throws HttpError 401, where a token is asked for and this is no good one */
  #tokenOf(request: IncomingMessage): string | undefined {
    const { auth } = this.#context;
    if (!auth) return undefined;
    const token = bearerOf(request);
    const verdict = auth.tokens.verify(token ?? '');
    if (verdict.kind === 'valid') return token;
    const code = verdict.kind === 'expired' ? 'token_expired' : 'unauthorized';
    throw new HttpError(401, code, 'a good token is needed', { 'www-authenticate': 'Bearer' });
  }

  #stream(response: ServerResponse, client: string): Session {
    const link = streamLink(this.#context, response, client, () => {
      clearInterval(timer);
      session.close();
    });
    // JSON holds no line ends, so a message is one line.
    const send = (text: string, id?: string) => link.send(streamText(text, id));
    const session = new Session(this.#context, { ...link, send }, this.#context.auth);
    const timer = setInterval(() => session.pong(), this.#pongIntervalMs);
    return session;
  }

  #messages(request: IncomingMessage, url: URL): ReturnType<typeof decodeMessage>[] {
    let list: unknown;
    try {
      list = JSON.parse(url.searchParams.get('subscribe') ?? '[]');
    } catch {
      throw new HttpError(400, 'malformed', 'subscribe is not JSON');
    }
    if (!Array.isArray(list)) throw new HttpError(400, 'malformed', 'subscribe is not an array');
    const lastId = parseEventId(request.headers['last-event-id']);
    return (list as unknown[]).map((each) => {
      const decoded = decodeMessage(each, 'subscribe');
      if (!('message' in decoded) || decoded.message.op !== 'subscribe') return decoded;
      return { message: this.#startLater(decoded.message, lastId) };
    });
  }

  /** `Last-Event-ID` is fresher than the URL, which an EventSource cannot change. */
  #startLater(message: SubscribeMessage, lastId: Position | undefined): SubscribeMessage {
    const { epoch } = this.#context.changes;
    const { since } = message;
    if (!lastId || (since?.epoch === epoch && lastId.epoch !== epoch)) return message;
    if (since?.epoch === lastId.epoch && since.seq >= lastId.seq) return message;
    return { ...message, since: lastId };
  }
}

function parseEventId(header: string | string[] | undefined): Position | undefined {
  const parts = typeof header === 'string' ? /^(.{1,256}):(\d{1,16})$/.exec(header) : null;
  const seq = Number(parts?.[2]);
  return parts?.[1] && Number.isSafeInteger(seq) ? { epoch: parts[1], seq } : undefined;
}
