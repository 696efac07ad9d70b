import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type SupabaseOptions, SupabaseSocket } from '../../js/testing/dialects/supabase.ts';
import type { Feed } from '../../js/testing/feed.ts';
import type { Link } from '../../js/testing/link.ts';

export interface ServeOptions {
  /** 0: any free one. */
  port?: number;
  supabase?: SupabaseOptions;
}

/** A server on loopback whose links a test can cut. */
export interface Served {
  port: number;
  /** Every frame that a client sent, oldest first. */
  received: string[];
  /** Every WebSocket that was opened. */
  opened: number;
  /** Breaks every connection, as a network does. Returns how many there were. */
  cut(): number;
  close(): Promise<void>;
}

interface Session {
  receive(text: string): void;
  close(): void;
}

/** Serves each dialect at the path that its client expects. */
export async function serve(feed: Feed, options: ServeOptions = {}): Promise<Served> {
  const http = createServer();
  const webSockets = new WebSocketServer({ noServer: true });
  const open = (link: Link, url: URL): Session | undefined => {
    const { searchParams, pathname } = url;
    if (pathname !== '/realtime/v1/websocket') return undefined;
    const request = { vsn: searchParams.get('vsn'), apikey: searchParams.get('apikey') };
    return new SupabaseSocket(feed, link, request, options.supabase);
  };
  const served: Served = {
    port: 0,
    received: [],
    opened: 0,
    cut: () => {
      const links = [...webSockets.clients];
      for (const each of links) each.terminate();
      return links.length;
    },
    close: async () => {
      served.cut();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  http.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const session = open(linkOf(webSocket), urlOf(request));
      if (!session) {
        webSocket.close(1008, 'no such path');
        return;
      }
      served.opened++;
      webSocket.on('error', () => {});
      webSocket.on('message', (data) => {
        served.received.push(String(data));
        session.receive(String(data));
      });
      webSocket.on('close', () => session.close());
    });
  });
  await new Promise<void>((resolve) => http.listen(options.port ?? 0, '127.0.0.1', resolve));
  served.port = (http.address() as AddressInfo).port;
  return served;
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://127.0.0.1');
}

function linkOf(webSocket: WebSocket): Link {
  return {
    send: (text) => webSocket.send(text),
    close: (code, reason) => webSocket.close(code, reason),
    abort: () => webSocket.terminate(),
    countEvents: () => {},
  };
}
