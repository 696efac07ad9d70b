import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProtocolServer } from '../../support/protocol-server.ts';
import type { Change, Todo } from './todos-api.ts';

/** Todos over HTTP, each change told to whoever listens. Answers wait while they are held. */
export class TodoServer {
  readonly #rows = new Map<number, Todo>();
  readonly #http: Server;
  readonly #held: Array<() => void> = [];
  /** Requests whose answers are held, by method. */
  readonly #holds = new Set<string>();
  #refusing = false;

  private constructor(readonly events: ProtocolServer) {
    this.#http = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(rows: readonly Todo[]): Promise<TodoServer> {
    const server = new TodoServer(await ProtocolServer.start());
    for (const row of rows) server.#rows.set(row.id, row);
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get rows(): Todo[] {
    return [...this.#rows.values()];
  }

  /** How many requests wait. */
  get waiting(): number {
    return this.#held.length;
  }

  /** From now on requests of this method wait, before they take effect, until `release`. */
  hold(method: 'GET' | 'PATCH'): void {
    this.#holds.add(method);
  }

  release(): void {
    this.#holds.clear();
    for (const resume of this.#held.splice(0)) resume();
  }

  /** From now on changes by HTTP are refused. */
  refuse(): void {
    this.#refusing = true;
  }

  change({ id, ...changes }: Change, mutation?: string): Todo {
    const row = { ...(this.#rows.get(id) as Todo), ...changes };
    this.#rows.set(id, row);
    this.events.emitAll([{ entity: 'todos', action: 'update', data: row, mutation }]);
    return row;
  }

  async stop(): Promise<void> {
    this.release();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
    await this.events.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', headers } = request;
    if (this.#holds.has(method)) await new Promise<void>((resume) => this.#held.push(resume));
    if (method === 'GET') return void response.end(JSON.stringify(this.rows));
    if (this.#refusing) return void response.writeHead(409).end();
    const id = Number(request.url?.split('/').at(-1));
    const changes = JSON.parse(String(Buffer.concat(chunks))) as Partial<Todo>;
    const mutation = headers['tidemark-mutation'] as string | undefined;
    response.end(JSON.stringify(this.change({ ...changes, id }, mutation || undefined)));
  }
}
