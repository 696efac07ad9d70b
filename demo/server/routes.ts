import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Auth } from './admission.ts';
import type { ChangeStream } from './change-stream.ts';
import type { Database } from './database.ts';
import type { Dialects } from './dialects.ts';
import type { Faults } from './faults.ts';
import { HttpError, methodNotAllowed, readBody, sendError, sendJson, urlOf } from './http.ts';
import type { Links } from './links.ts';
import { isAllowedOrigin } from './origin.ts';
import type { Outage } from './outage.ts';
import type { RestApi } from './rest.ts';
import { CLIENT_HEADER } from './save-faults.ts';
import { fillGauges } from './schema.ts';
import { runSql } from './sql-endpoint.ts';
import type { SseEndpoint } from './sse.ts';
import type { StaticFiles } from './static.ts';
import type { IssuedToken } from './tokens.ts';
import { parseOutageMs, parseWriteOrder } from './write-order.ts';
import type { Writer } from './writer.ts';

const MAX_ORDER_BODY = 16 * 1024;

export interface RouteContext {
  database: Database;
  changes: ChangeStream;
  links: Links;
  faults: Faults;
  outage: Outage;
  writer: Writer;
  rest: RestApi;
  sse: SseEndpoint;
  dialects: Dialects;
  files: StaticFiles;
  origins: readonly string[];
  auth: Auth | undefined;
  log: (line: string) => void;
}

/** Which part of the server answers a path. Never throws. */
export async function route(
  context: RouteContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await answer(context, request, response);
  } catch (error) {
    if (error instanceof HttpError) return sendError(response, error);
    context.log(`${request.method} ${request.url?.split('?')[0]}: ${String(error)}`);
    sendError(response, new HttpError(500, 'internal', 'the server failed; see its output'));
  }
}

async function answer(
  context: RouteContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = urlOf(request);
  const { method } = request;
  const changesSomething = method !== 'GET' && method !== 'HEAD';
  if (changesSomething && !isAllowedOrigin(request, context.origins)) {
    throw new HttpError(403, 'forbidden', 'this origin may not write; see DEMO_ORIGINS');
  }
  switch (url.pathname) {
    case '/realtime/sse':
      return context.sse.handle(request, response, url);
    case '/.well-known/mercure':
    case '/events':
      return context.dialects.handle(request, response, url);
    case '/realtime':
      throw new HttpError(426, 'upgrade_required', 'connect here with a WebSocket', {
        upgrade: 'websocket',
      });
    case '/api/token':
      if (method !== 'POST') throw methodNotAllowed('POST');
      return sendJson(response, 200, JSON.stringify(issueToken(context)), {
        'cache-control': 'no-store',
      });
    case '/demo/faults': {
      if (method !== 'POST') throw methodNotAllowed('POST');
      const result = context.faults.apply(await readBody(request, MAX_ORDER_BODY));
      return sendJson(response, 200, JSON.stringify(result));
    }
    case '/demo/outage': {
      if (method !== 'POST') throw methodNotAllowed('POST');
      const forMs = parseOutageMs(await readBody(request, MAX_ORDER_BODY));
      response.once('finish', () => context.outage.begin(forMs));
      return sendJson(response, 202, JSON.stringify({ forMs }));
    }
    case '/demo/writes': {
      if (method !== 'POST') throw methodNotAllowed('POST');
      const order = parseWriteOrder(await readBody(request, MAX_ORDER_BODY));
      if (order.table === 'gauges') await fillGauges(context.database);
      context.writer.order(order);
      return sendJson(response, 202, JSON.stringify(order));
    }
    case '/demo/stats':
      if (method !== 'GET') throw methodNotAllowed('GET');
      return sendJson(response, 200, JSON.stringify(statsOf(context)));
    case '/demo/sql':
      if (method !== 'POST') throw methodNotAllowed('POST');
      return sendJson(response, 200, await runSql(context.database, request));
  }
  if (url.pathname.startsWith('/api/')) {
    const client = String(request.headers[CLIENT_HEADER] ?? '');
    if (changesSomething) await context.faults.admitSave(client);
    return context.rest.handle(request, response, url);
  }
  return context.files.handle(request, response, url);
}

// The demo knows no users, so whoever may write here may also read.
function issueToken({ auth }: RouteContext): IssuedToken {
  if (auth) return auth.tokens.issue();
  throw new HttpError(404, 'not_found', 'no token is needed here; see DEMO_AUTH');
}

function statsOf({ links, changes, faults, writer }: RouteContext): Record<string, unknown> {
  return {
    connections: { websocket: links.countOf('websocket'), sse: links.countOf('sse') },
    eventsSent: links.eventsSent,
    clientsCut: links.cut,
    bytesWaiting: links.waiting(),
    framesSpoiled: faults.framesSpoiled,
    written: writer.written,
    memory: process.memoryUsage(),
    /** In microseconds, since the start. */
    cpu: process.cpuUsage(),
    head: changes.head,
    epoch: changes.epoch,
  };
}
