import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Link } from '../../js/testing/link.ts';
import { Backlog } from './backlog.ts';
import { HttpError, methodNotAllowed } from './http.ts';
import { isAllowedOrigin } from './origin.ts';
import type { Channel } from './session.ts';
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
  { links, faults, patienceMs }: TransportContext,
  response: ServerResponse,
  client: string,
  onClose: () => void,
): StreamLink {
  const way = faults.way(client);
  const forget = links.add({
    transport: 'sse',
    client,
    waiting: () => response.writableLength,
    terminate: () => response.destroy(),
    end: () => response.end(),
  });
  response.on('error', () => {});
  response.on('close', () => {
    forget();
    way.close();
    onClose();
  });
  const backlog = new Backlog(() => (response.destroyed ? 0 : response.writableLength), patienceMs);
  // Its end would stand behind what the client does not read.
  const cut = () => {
    links.cut++;
    response.destroy();
  };
  return {
    send: (text) =>
      way.send(() => {
        if (response.destroyed || response.writableEnded) return;
        if (response.writableLength > MAX_BUFFERED) cut();
        else response.write(text);
      }),
    congested: () => backlog.congested,
    drained: () => backlog.drained(),
    cut,
    countEvents: (count) => {
      links.eventsSent += count;
    },
    abort: () => response.destroy(),
    close: () => response.end(),
    // A stream cannot be given a new token; the next one asks with its own.
    deny: () => response.end(),
  };
}
