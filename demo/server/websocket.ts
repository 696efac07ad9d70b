import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Link } from '../../js/testing/link.ts';
import type { Auth } from './admission.ts';
import { Backlog } from './backlog.ts';
import type { Faults } from './faults.ts';
import { urlOf } from './http.ts';
import type { Links } from './links.ts';
import { isAllowedOrigin } from './origin.ts';
import { type Channel, Session, type Source } from './session.ts';

const PATH = '/realtime';
const MAX_PAYLOAD = 64 * 1024;
/** For protocols that know no way to send less. */
const MAX_BUFFERED = 8 * 1024 * 1024;
const UNAUTHORIZED = 4401;
const TRY_LATER = 1013;
/** From the goodbye to a client that reads nothing to the end of its connection. */
const FAREWELL_MS = 5000;

export interface TransportContext extends Source {
  links: Links;
  faults: Faults;
  origins: readonly string[];
  /** Undefined: nobody needs a token. */
  auth: Auth | undefined;
  /** How long a client may leave unread what it was sent. */
  patienceMs: number;
}

/** A WebSocket's way back to its client. */
export type WebSocketLink = Channel & Link;

/** What stands at the server's end of a WebSocket. */
export interface Peer {
  receive(text: string): void;
  receiveBytes(): void;
  /** The connection is gone. */
  close(): void;
}

/** What serves one path: how a connection is opened, or the status of its refusal. */
export type Service = (
  request: IncomingMessage,
  url: URL,
) => number | ((link: WebSocketLink) => Peer);

/** `ws://host/realtime`, and other paths that speak other protocols. */
export class WebSocketEndpoint {
  readonly #context: TransportContext;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD });

  constructor(context: TransportContext, others: ReadonlyMap<string, Service> = new Map()) {
    this.#context = context;
    this.#services = new Map([...others, [PATH, () => (link) => nativePeer(context, link)]]);
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A socket that breaks during the handshake would otherwise end the process.
    socket.on('error', () => socket.destroy());
    const { faults, origins } = this.#context;
    const url = urlOf(request);
    const client = url.searchParams.get('client') ?? '';
    const blocked = faults.refusal(client, 'websocket');
    const service = this.#services.get(url.pathname);
    if (!service) refuse(socket, 404);
    else if (!isAllowedOrigin(request, origins)) refuse(socket, 403);
    else if (blocked) refuse(socket, 503, blocked);
    else {
      const open = service(request, url);
      if (typeof open === 'number') refuse(socket, open);
      else {
        this.#server.handleUpgrade(request, socket, head, (webSocket) => {
          this.#serve(webSocket, client, open);
        });
      }
    }
  }

  #serve(webSocket: WebSocket, client: string, open: (link: WebSocketLink) => Peer): void {
    const { links, faults, patienceMs } = this.#context;
    const way = faults.way(client);
    const isOpen = () => webSocket.readyState === webSocket.OPEN;
    const backlog = new Backlog(() => (isOpen() ? webSocket.bufferedAmount : 0), patienceMs);
    const close = (code: number, reason: string) => webSocket.close(code, shortened(reason));
    const cut = () => {
      links.cut++;
      close(TRY_LATER, 'too slow');
      setTimeout(() => webSocket.terminate(), FAREWELL_MS).unref();
    };
    const peer = open({
      send: (text) =>
        way.send(() => {
          if (!isOpen()) return;
          if (webSocket.bufferedAmount > MAX_BUFFERED) cut();
          else webSocket.send(text);
        }),
      congested: () => backlog.congested,
      drained: () => backlog.drained(),
      cut,
      countEvents: (count) => {
        links.eventsSent += count;
      },
      abort: () => webSocket.terminate(),
      close,
      deny: (reason) => close(UNAUTHORIZED, reason),
    });
    const forget = links.add({
      transport: 'websocket',
      client,
      waiting: () => webSocket.bufferedAmount,
      terminate: () => webSocket.terminate(),
      end: (reason) => webSocket.close(reason === 'restart' ? 1012 : 1001),
    });
    // `ws` answers an oversized frame with 1009 by itself; unheard, its error kills the process.
    webSocket.on('error', () => {});
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) peer.receiveBytes();
      else peer.receive(String(data));
    });
    webSocket.on('close', () => {
      forget();
      way.close();
      peer.close();
    });
  }
}

function nativePeer(context: TransportContext, link: WebSocketLink): Peer {
  const session = new Session(context, link, context.auth);
  return {
    receive: (text) => session.receive(text),
    receiveBytes: () => session.refuse({ code: 'malformed', message: 'frames are text' }),
    close: () => session.close(),
  };
}

/** The reason of a close fits into 123 bytes, which one of ASCII is sure to do. */
function shortened(reason: string): string {
  return reason.replace(/[^ -~]/g, '?').slice(0, 123);
}

function refuse(socket: Duplex, status: number, more: Record<string, string> = {}): void {
  const headers = { connection: 'close', 'content-length': '0', ...more };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
}
