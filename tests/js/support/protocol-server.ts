import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

interface Change {
  seq: number;
  entity: string;
  action: 'insert' | 'update' | 'delete';
  data: unknown;
  id: string;
  /** Of the edit that it came from. */
  mutation?: string | undefined;
}

interface Subscription {
  sub: string;
  entity: string;
  filter: string | undefined;
  /** seq of the copy sent last. */
  last: number;
}

interface Connection {
  subscriptions: Map<string, Subscription>;
  write(frame: string | Uint8Array): void;
  /** With a close frame where there is one. */
  close(code: number, reason: string): void;
  destroy(): void;
}

interface SubscribeMessage {
  ref: string;
  entity: string;
  filter?: string;
  since?: { epoch: string; seq: number };
}

function matches(data: unknown, filter: string): boolean {
  return filter.split(',').every((term) => {
    const [column = '', value] = term.split('=eq.');
    return String((data as Record<string, unknown> | undefined)?.[column]) === value;
  });
}

/** As little of a server as speaks docs/protocol.md, on loopback; of filters it knows `eq`. */
export class ProtocolServer {
  readonly connections = new Set<Connection>();
  /** How often a WebSocket was opened, and every message that came over one. */
  opened = 0;
  readonly received: Array<Record<string, unknown>> = [];
  /** Whether new WebSockets are let in. */
  refusesWebSockets = false;
  /** What the event stream answers instead of streaming. */
  streamRefusal: { status: number; headers?: Record<string, string> } | undefined;
  /** The address and headers of every opening, of whatever kind. */
  readonly requests: Array<{ url: string; headers: IncomingHttpHeaders }> = [];
  epoch = 'epoch-1';
  readonly #log: Change[] = [];
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  #nextSub = 1;

  private constructor() {
    this.#http = createServer((request, response) => {
      const url = this.#note(request);
      if (url.pathname === '/realtime/sse') this.#stream(url, response);
      else response.writeHead(404).end();
    });
    this.#sockets = new WebSocketServer({ noServer: true });
    this.#http.on('upgrade', (request, socket, head) => {
      this.#note(request);
      if (this.refusesWebSockets) return socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.opened++;
        const connection: Connection = {
          subscriptions: new Map(),
          write: (frame) => webSocket.send(frame),
          close: (code, reason) => webSocket.close(code, reason),
          destroy: () => webSocket.terminate(),
        };
        this.connections.add(connection);
        webSocket.on('error', () => {});
        webSocket.on('close', () => this.connections.delete(connection));
        webSocket.on('message', (data) => this.#receive(connection, String(data)));
      });
    });
  }

  static async start(): Promise<ProtocolServer> {
    const server = new ProtocolServer();
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}/realtime`;
  }

  /** A change happened: it is sent to whom it concerns. Returns the event's id. */
  emit(entity: string, action: Change['action'], data: unknown): string {
    return this.emitAll([{ entity, action, data }])[0] as string;
  }

  /** Several changes, sent as one frame. */
  emitAll(
    changes: ReadonlyArray<Pick<Change, 'entity' | 'action' | 'data' | 'mutation'>>,
  ): string[] {
    const added = changes.map((change) => {
      const seq = this.#log.length + 1;
      const entry: Change = { ...change, seq, id: `${this.epoch}:${seq}` };
      this.#log.push(entry);
      return entry;
    });
    for (const connection of this.connections) this.#deliver(connection, added);
    return added.map(({ id }) => id);
  }

  sendRaw(frame: string | Uint8Array): void {
    for (const connection of this.connections) connection.write(frame);
  }

  /** Sends the newest event to everyone once more. */
  repeatLast(): void {
    const last = this.#log.at(-1) as Change;
    for (const connection of this.connections) {
      for (const subscription of connection.subscriptions.values()) {
        connection.write(JSON.stringify(this.#event(last, subscription, last.seq - 1)));
      }
    }
  }

  /** Tells every subscription that its place was lost. */
  resetAll(): void {
    for (const connection of this.connections) {
      for (const sub of connection.subscriptions.keys()) {
        connection.write(JSON.stringify({ op: 'reset', sub }));
      }
    }
  }

  /** Ends every connection with a goodbye. */
  closeAll(code: number, reason = ''): void {
    for (const connection of this.connections) connection.close(code, reason);
    this.connections.clear();
  }

  /** Breaks every connection without a goodbye. */
  cut(): void {
    for (const connection of this.connections) connection.destroy();
    this.connections.clear();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #deliver(connection: Connection, changes: readonly Change[]): void {
    const frame: unknown[] = [];
    for (const subscription of connection.subscriptions.values()) {
      for (const change of changes) {
        if (change.seq <= subscription.last || !this.#concerns(change, subscription)) continue;
        frame.push(this.#event(change, subscription, subscription.last));
        subscription.last = change.seq;
      }
    }
    if (frame.length > 0) connection.write(JSON.stringify(frame.length === 1 ? frame[0] : frame));
  }

  /** A row that matches, or did before this change. */
  #concerns(change: Change, { entity, filter }: Subscription): boolean {
    if (change.entity !== entity) return false;
    if (!filter || matches(change.data, filter)) return true;
    const id = (row: unknown) => (row as { id?: unknown } | null)?.id;
    const before = this.#log
      .filter((each) => each.seq < change.seq && each.entity === entity)
      .filter((each) => id(each.data) === id(change.data))
      .at(-1);
    return before !== undefined && matches(before.data, filter);
  }

  #event(change: Change, { sub }: Subscription, prev: number): Record<string, unknown> {
    const { epoch } = this;
    return {
      type: 'realtime',
      ...change,
      timestamp: new Date().toISOString(),
      sub,
      epoch,
      prev,
    };
  }

  #receive(connection: Connection, text: string): void {
    const parsed: unknown = JSON.parse(text);
    for (const message of (Array.isArray(parsed) ? parsed : [parsed]) as Array<
      Record<string, unknown>
    >) {
      this.received.push(message);
      if (message.op === 'subscribe') {
        this.#subscribe(connection, message as unknown as SubscribeMessage);
      } else if (message.op === 'unsubscribe') {
        connection.subscriptions.delete(String(message.sub));
      } else if (message.op === 'ping') {
        connection.write(JSON.stringify({ op: 'pong', ref: message.ref }));
      }
    }
  }

  #subscribe(connection: Connection, { ref, entity, filter, since }: SubscribeMessage): void {
    const sub = String(this.#nextSub++);
    const recovered = since?.epoch === this.epoch;
    const seq = recovered && since ? since.seq : this.#log.length;
    const { epoch } = this;
    connection.subscriptions.set(sub, { sub, entity, filter, last: seq });
    connection.write(JSON.stringify({ op: 'subscribed', ref, sub, epoch, seq, recovered }));
    this.#deliver(connection, this.#log);
  }

  #note(request: IncomingMessage): URL {
    const url = request.url ?? '/';
    this.requests.push({ url, headers: request.headers });
    return new URL(url, 'http://localhost');
  }

  #stream(url: URL, response: ServerResponse): void {
    if (this.streamRefusal) {
      const { status, headers } = this.streamRefusal;
      response.writeHead(status, headers).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    const connection: Connection = {
      subscriptions: new Map(),
      write: (text) => response.write(`data: ${text}\n\n`),
      close: () => response.end(),
      destroy: () => response.destroy(),
    };
    this.connections.add(connection);
    response.on('close', () => this.connections.delete(connection));
    const wanted = JSON.parse(url.searchParams.get('subscribe') ?? '[]') as SubscribeMessage[];
    for (const message of wanted) this.#subscribe(connection, message);
  }
}
