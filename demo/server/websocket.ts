import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Auth } from './admission.ts';
import type { Faults } from './faults.ts';
import { urlOf } from './http.ts';
import type { Links } from './links.ts';
import { isAllowedOrigin } from './origin.ts';
import type { Outbox } from './outbox.ts';
import { type Channel, Session } from './subscriptions.ts';

const PATH = '/realtime';
const MAX_PAYLOAD = 64 * 1024;
const MAX_BUFFERED = 8 * 1024 * 1024;
const UNAUTHORIZED = 4401;
const COMFORTABLY_BUFFERED = 1024 * 1024;

export interface TransportContext {
  outbox: Outbox;
  links: Links;
  faults: Faults;
  origins: readonly string[];
  /** Undefined: nobody needs a token. */
  auth: Auth | undefined;
}

/** `ws://host/realtime` */
export class WebSocketEndpoint {
  readonly #context: TransportContext;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD });

  constructor(context: TransportContext) {
    this.#context = context;
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A socket that breaks during the handshake would otherwise end the process.
    socket.on('error', () => socket.destroy());
    const { faults, origins } = this.#context;
    const url = urlOf(request);
    const client = url.searchParams.get('client') ?? '';
    const blocked = faults.refusal(client, 'websocket');
    if (url.pathname !== PATH) refuse(socket, 404);
    else if (!isAllowedOrigin(request, origins)) refuse(socket, 403);
    else if (blocked) refuse(socket, 503, blocked);
    else {
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        this.#open(webSocket, client);
      });
    }
  }

  #open(webSocket: WebSocket, client: string): void {
    const { outbox, links, faults, auth } = this.#context;
    const way = faults.way(client);
    const isOpen = () => webSocket.readyState === webSocket.OPEN;
    const channel: Channel = {
      send: (text) =>
        way.send(() => {
          if (!isOpen()) return;
          if (webSocket.bufferedAmount > MAX_BUFFERED) webSocket.close(1013, 'too slow');
          else webSocket.send(text);
        }),
      drained: async () => {
        while (isOpen() && webSocket.bufferedAmount > COMFORTABLY_BUFFERED) await pause(10);
      },
      countEvents: (count) => {
        links.eventsSent += count;
      },
      abort: () => webSocket.terminate(),
      deny: (reason) => webSocket.close(UNAUTHORIZED, reason),
    };
    const session = new Session(outbox, channel, auth);
    const forget = links.add({
      transport: 'websocket',
      client,
      terminate: () => webSocket.terminate(),
      end: (reason) => webSocket.close(reason === 'restart' ? 1012 : 1001),
    });
    // `ws` answers an oversized frame with 1009 by itself; unheard, its error kills the process.
    webSocket.on('error', () => {});
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) session.refuse({ code: 'malformed', message: 'frames are text' });
      else session.receive(String(data));
    });
    webSocket.on('close', () => {
      forget();
      way.close();
      session.close();
    });
  }
}

function refuse(socket: Duplex, status: number, more: Record<string, string> = {}): void {
  const headers = { connection: 'close', 'content-length': '0', ...more };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
}
