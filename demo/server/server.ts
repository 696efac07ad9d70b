import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Auth, AuthOptions } from './admission.ts';
import type { ChangeStream } from './change-stream.ts';
import { type Database, openDatabase } from './database.ts';
import { Dialects } from './dialects.ts';
import { FanOut } from './fan-out.ts';
import { Faults } from './faults.ts';
import { HttpError, sendError } from './http.ts';
import { Links } from './links.ts';
import { Outage } from './outage.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import { RestApi } from './rest.ts';
import { type RouteContext, route } from './routes.ts';
import { applySchema } from './schema.ts';
import { SseEndpoint } from './sse.ts';
import { StaticFiles } from './static.ts';
import { Tokens } from './tokens.ts';
import { WebSocketEndpoint } from './websocket.ts';
import { Writer } from './writer.ts';

export interface DemoServerOptions {
  /** 0: any free one. */
  port?: number;
  host?: string;
  /** A running Postgres; without it the embedded one is used. */
  databaseUrl?: string | undefined;
  /** A NATS server with JetStream, which then carries the changes; without it Postgres does. */
  natsUrl?: string | undefined;
  /** Where the embedded Postgres keeps its files; without it, in memory. */
  dataDir?: string | undefined;
  staticDir?: string;
  /** Origins of pages that may connect, besides this server's own and localhost. */
  origins?: readonly string[];
  ssePongIntervalMs?: number;
  /** Links need a token of `POST /api/token`. Without it nobody needs one. */
  auth?: AuthOptions | undefined;
  outbox?: OutboxOptions;
  /** How long a client may leave unread what it was sent. Default 30000. */
  patienceMs?: number;
  log?: (line: string) => void;
}

export interface DemoServer {
  url: string;
  port: number;
  database: Database;
  links: Links;
  close(): Promise<void>;
}

const PATIENCE_MS = 30_000;
const BUILT_PAGE = fileURLToPath(new URL('../app/dist', import.meta.url));

/** @throws DatabaseUnavailable, or the error of `listen`, such as EADDRINUSE */
export async function createDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const { port = 0, host = '127.0.0.1', origins = [], log = () => {} } = options;
  const http = createServer().on('request', answerStarting);
  // Before the database, which takes seconds: a port in use is told at once.
  await listen(http, port, host);
  try {
    const database = await openDatabase(options);
    try {
      return await serve(http, database, { ...options, host, origins, log });
    } catch (error) {
      await database.close();
      throw error;
    }
  } catch (error) {
    http.close();
    http.closeAllConnections();
    throw error;
  }
}

async function serve(
  http: Server,
  database: Database,
  options: DemoServerOptions & Pick<Required<DemoServerOptions>, 'host' | 'origins' | 'log'>,
): Promise<DemoServer> {
  const { origins, log } = options;
  await applySchema(database);
  const changes = await openChanges(database, options.natsUrl, { log, ...options.outbox });
  const links = new Links();
  const faults = new Faults(links);
  const transports = {
    changes,
    fanOut: new FanOut(changes),
    links,
    faults,
    origins,
    auth: authOf(options.auth),
    patienceMs: options.patienceMs ?? PATIENCE_MS,
  };
  const dialects = new Dialects(transports);
  const webSockets = new WebSocketEndpoint(transports, dialects.webSockets);
  const { port } = http.address() as AddressInfo;
  const outage = new Outage(http, links, { port, host: options.host });
  const writer = new Writer(database, log);
  const context: RouteContext = {
    ...transports,
    outage,
    writer,
    database,
    rest: new RestApi(database),
    sse: new SseEndpoint(transports, options.ssePongIntervalMs),
    dialects,
    files: new StaticFiles(options.staticDir ?? BUILT_PAGE),
    log,
  };
  changes.onNewEpoch = () => links.endAll('restart');
  http.off('request', answerStarting);
  http.on('request', (request, response) => void route(context, request, response));
  http.on('upgrade', (request, socket, head) => webSockets.handleUpgrade(request, socket, head));
  const host = options.host === '127.0.0.1' ? 'localhost' : options.host;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    database,
    links,
    close: async () => {
      outage.cancel();
      writer.close();
      const closed = new Promise((resolve) => http.close(resolve));
      links.endAll('going_away');
      // A client that does not answer the goodbye must not hold the process.
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 500))]);
      links.terminate(() => true);
      http.closeAllConnections();
      await closed;
      dialects.close();
      await changes.close();
      await database.close();
    },
  };
}

async function openChanges(
  database: Database,
  natsUrl: string | undefined,
  options: OutboxOptions,
): Promise<ChangeStream> {
  if (!natsUrl) return Outbox.open(database, options);
  // Loaded for those alone who use it.
  const { JetStream } = await import('./nats/jetstream.ts');
  return JetStream.open(natsUrl, database, options);
}

function authOf(options: AuthOptions | undefined): Auth | undefined {
  return options && { ...options, tokens: new Tokens(options.lifetimeMs, options.key) };
}

function answerStarting(_request: IncomingMessage, response: ServerResponse): void {
  const error = new HttpError(503, 'starting', 'the server is starting', { 'retry-after': '1' });
  sendError(response, error);
}

function listen(http: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
}
