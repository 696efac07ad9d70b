import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Link } from '../../js/testing/link.ts';
import { HttpError, methodNotAllowed } from './http.ts';
import { isAllowedOrigin } from './origin.ts';
import type { Channel } from './subscriptions.ts';
import type { TransportContext } from './websocket.ts';

const MAX_BUFFERED = 8 * 1024 * 1024;

/** An event stream's way back to its client: what is sent is written as it is. */
export type StreamLink = Channel & Link;

/** Who asks for an event stream, if it may. @throws HttpError */
export function admitStream(
  { faults, origins }: TransportContext,
  request: IncomingMessage,
  url: URL,
): string {
  const client = url.searchParams.get('client') ?? '';
  if (request.method !== 'GET') throw methodNotAllowed('GET');
  if (!isAllowedOrigin(request, origins)) {
    throw new HttpError(403, 'forbidden', 'this origin may not connect; see DEMO_ORIGINS');
  }
  const blocked = faults.refusal(client, 'sse');
  if (blocked) throw new HttpError(503, 'blocked', 'blocked on purpose', blocked);
  return client;
}

/** A response whose head was written, as a link. `onClose` is told when it is gone. */
export function streamLink(
  { links, faults }: TransportContext,
  response: ServerResponse,
  client: string,
  onClose: () => void,
): StreamLink {
  const way = faults.way(client);
  const forget = links.add({
    transport: 'sse',
    client,
    terminate: () => response.destroy(),
    end: () => response.end(),
  });
  response.on('error', () => {});
  response.on('close', () => {
    forget();
    way.close();
    onClose();
  });
  return {
    send: (text) =>
      way.send(() => {
        if (response.destroyed || response.writableEnded) return;
        if (response.writableLength > MAX_BUFFERED) response.destroy();
        else response.write(text);
      }),
    drained: () => drained(response),
    countEvents: (count) => {
      links.eventsSent += count;
    },
    abort: () => response.destroy(),
    close: () => response.end(),
    // A stream cannot be given a new token; the next one asks with its own.
    deny: () => response.end(),
  };
}

function drained(response: ServerResponse): Promise<void> {
  if (!response.writableNeedDrain || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
