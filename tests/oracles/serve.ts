import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  CentrifugoConnection,
  type CentrifugoOptions,
} from '../../js/testing/dialects/centrifugo.ts';
import {
  ChannelStreams,
  type ChannelStreamsOptions,
} from '../../js/testing/dialects/channel-streams.ts';
import type { StreamAnswer, StreamRequest } from '../../js/testing/dialects/event-stream.ts';
import { MercureHub, type MercureOptions } from '../../js/testing/dialects/mercure.ts';
import { type PlainOptions, PlainStreams } from '../../js/testing/dialects/plain.ts';
import { type SupabaseOptions, SupabaseSocket } from '../../js/testing/dialects/supabase.ts';
import type { Feed } from '../../js/testing/feed.ts';
import type { Link } from '../../js/testing/link.ts';

export interface ServeOptions {
  /** 0: any free one. */
  port?: number;
  supabase?: SupabaseOptions;
  centrifugo?: CentrifugoOptions;
  channels?: ChannelStreamsOptions;
  mercure?: MercureOptions;
  plain?: PlainOptions;
}

/** A server on loopback whose links a test can cut. */
export interface Served {
  port: number;
  /** Every frame that a client sent and that a client was sent, oldest first. */
  received: string[];
  sent: string[];
  /** Every request for an event stream. */
  requests: IncomingMessage[];
  /** WebSockets that were opened. */
  opened: number;
  /** Breaks every connection, as a network does. */
  cut(): void;
  close(): Promise<void>;
}

interface Session {
  receive?(text: string): void;
  close(): void;
}

/** Serves each dialect at the path that its client expects. */
export async function serve(feed: Feed, options: ServeOptions = {}): Promise<Served> {
  const http = createServer();
  const webSockets = new WebSocketServer({ noServer: true });
  const streams = new ChannelStreams(feed, options.channels);
  const mercure = new MercureHub(feed, options.mercure);
  const plain = new PlainStreams(feed, options.plain);
  const served: Served = {
    port: 0,
    received: [],
    sent: [],
    requests: [],
    opened: 0,
    cut: () => {
      for (const each of webSockets.clients) each.terminate();
      http.closeAllConnections();
    },
    close: async () => {
      served.cut();
      streams.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };

  const openSession = (link: Link, request: IncomingMessage): Session | undefined => {
    const { pathname, searchParams } = urlOf(request);
    switch (pathname) {
      case '/realtime/v1/websocket': {
        const asked = { vsn: searchParams.get('vsn'), apikey: searchParams.get('apikey') };
        return new SupabaseSocket(feed, link, asked, options.supabase);
      }
      case '/connection/websocket':
        return new CentrifugoConnection(streams, link, options.centrifugo);
      case '/events': {
        const answer = plain.answer(streamRequestOf(request), 'websocket');
        return answer.status === 200 ? answer.open(link) : undefined;
      }
      default:
        return undefined;
    }
  };

  http.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const session = openSession(webSocketLink(webSocket, served.sent), request);
      if (!session) {
        webSocket.close(1008, 'not here');
        return;
      }
      served.opened++;
      webSocket.on('error', () => {});
      webSocket.on('message', (data) => {
        served.received.push(String(data));
        session.receive?.(String(data));
      });
      webSocket.on('close', () => session.close());
    });
  });

  http.on('request', (request, response) => {
    const { pathname } = urlOf(request);
    const asked = streamRequestOf(request);
    served.requests.push(request);
    if (pathname === '/.well-known/mercure') stream(response, mercure.answer(asked));
    else if (pathname === '/events') stream(response, plain.answer(asked, 'sse'));
    else response.writeHead(404).end();
  });

  await new Promise<void>((resolve) => http.listen(options.port ?? 0, '127.0.0.1', resolve));
  served.port = (http.address() as AddressInfo).port;
  return served;
}

function stream(response: ServerResponse, answer: StreamAnswer): void {
  response.writeHead(answer.status, answer.headers);
  if (answer.status !== 200) {
    response.end(answer.body);
    return;
  }
  response.flushHeaders();
  const session = answer.open({
    send: (text) => response.write(text),
    close: () => response.end(),
    abort: () => response.destroy(),
    countEvents: () => {},
  });
  response.on('close', () => session.close());
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://127.0.0.1');
}

function streamRequestOf(request: IncomingMessage): StreamRequest {
  const header = (name: string) => request.headers[name]?.toString();
  return { url: urlOf(request), header };
}

function webSocketLink(webSocket: WebSocket, sent: string[]): Link {
  return {
    send: (text) => {
      if (webSocket.readyState !== webSocket.OPEN) return;
      sent.push(text);
      webSocket.send(text);
    },
    close: (code, reason) => webSocket.close(code, reason),
    abort: () => webSocket.terminate(),
    countEvents: () => {},
  };
}
