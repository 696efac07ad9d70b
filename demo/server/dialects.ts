import type { IncomingMessage, ServerResponse } from 'node:http';
import { CentrifugoConnection } from '../../js/testing/dialects/centrifugo.ts';
import { ChannelStreams } from '../../js/testing/dialects/channel-streams.ts';
import type { StreamAnswer, StreamRequest } from '../../js/testing/dialects/event-stream.ts';
import { MercureHub } from '../../js/testing/dialects/mercure.ts';
import { PlainStreams } from '../../js/testing/dialects/plain.ts';
import { SupabaseSocket } from '../../js/testing/dialects/supabase.ts';
import { admitStream, streamLink } from './sse-link.ts';
import { demoTables, tablesOnly } from './tables.ts';
import type { Service, TransportContext } from './websocket.ts';

const UNSUPPORTED_DATA = 1003;

/** The protocols of other servers over the same changes, each where its clients look for it. */
export class Dialects {
  /** By path. */
  readonly webSockets: ReadonlyMap<string, Service>;
  readonly #context: TransportContext;
  readonly #channels: ChannelStreams;
  readonly #mercure: MercureHub;
  readonly #plain: PlainStreams;

  constructor(context: TransportContext) {
    const { changes, auth } = context;
    const verify = auth && ((token: string) => auth.tokens.verify(token));
    this.#context = context;
    this.#channels = new ChannelStreams(changes, { tables: demoTables });
    this.#mercure = new MercureHub(changes, { tables: demoTables, verify });
    this.#plain = new PlainStreams(changes, { tables: demoTables, verify });

    const supabase: Service = (_request, { searchParams }) => {
      const asked = { vsn: searchParams.get('vsn'), apikey: searchParams.get('apikey') };
      return (link) => {
        const socket = new SupabaseSocket(changes, link, asked, { tables: tablesOnly, verify });
        return {
          receive: (text) => socket.receive(text),
          // Broadcasts, which have no answer here.
          receiveBytes: () => {},
          close: () => socket.close(),
        };
      };
    };
    const centrifugo: Service = () => (link) => {
      const connection = new CentrifugoConnection(this.#channels, link, { verify });
      return {
        receive: (text) => connection.receive(text),
        receiveBytes: () => link.close(UNSUPPORTED_DATA, 'frames are text'),
        close: () => connection.close(),
      };
    };
    const plain: Service = (request, url) => {
      const answer = this.#plain.answer(streamRequestOf(request, url), 'websocket');
      if (answer.status !== 200) return answer.status;
      return (link) => {
        const stream = answer.open(link);
        return { receive: () => {}, receiveBytes: () => {}, close: () => stream.close() };
      };
    };
    this.webSockets = new Map([
      ['/realtime/v1/websocket', supabase],
      ['/connection/websocket', centrifugo],
      ['/events', plain],
    ]);
  }

  /** An event stream. @throws HttpError */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const client = admitStream(this.#context, request, url);
    const asked = streamRequestOf(request, url);
    const isMercure = url.pathname === '/.well-known/mercure';
    const answer: StreamAnswer = isMercure
      ? this.#mercure.answer(asked)
      : this.#plain.answer(asked, 'sse');
    response.writeHead(answer.status, answer.headers);
    if (answer.status !== 200) {
      response.end(answer.body);
      return;
    }
    response.flushHeaders();
    const link = streamLink(this.#context, response, client, () => stream.close());
    const stream = answer.open(link);
  }

  close(): void {
    this.#channels.close();
  }
}

function streamRequestOf(request: IncomingMessage, url: URL): StreamRequest {
  return { url, header: (name) => request.headers[name]?.toString() };
}
