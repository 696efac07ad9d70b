import type { EventSourceConstructor } from './event-source.ts';
import type { WebSocketConstructor } from './websocket.ts';

/** What links are made of; the user's choices among them. */
export interface TransportOptions {
  /** The WebSocket's address; http and https are read as ws and wss. */
  url: URL;
  /** The event stream's address. Default: `url` over http(s) with `/sse` after its path. */
  sseUrl?: URL | undefined;
  /** Default `globalThis.WebSocket`. */
  WebSocket?: WebSocketConstructor | undefined;
  /** When given, event streams are read through it instead of `fetch`. */
  EventSource?: EventSourceConstructor | undefined;
  /** Default `globalThis.fetch`. */
  fetch?: typeof fetch | undefined;
  /** Whether an event stream carries cookies to other origins. */
  credentials?: RequestCredentials | undefined;
  /** The query parameter that carries the token where no header can; without it none does. */
  tokenInUrl?: string | undefined;
}

/** One opening: where to, and with whose token. */
export interface Opening {
  options: TransportOptions;
  /** What the core wants an event stream's URL to say, encoded. */
  query: string;
  /** Empty for none. */
  token: string;
}

/** What a transport tells of the link that it opened. */
export interface LinkEvents {
  /** `lastId`: of the event before a stream's first one, as its answer says. */
  opened(lastId?: string): void;
  /**
   * `code`: a WebSocket close code or, below 1000, the HTTP status of a stream that did not
   * open; see src/session/close_code.h.
   */
  closed(code: number, retryAfterMs?: number): void;
  /** A whole message. */
  frame(data: string | Uint8Array): void;
  /** A piece of an event stream's body, cut anywhere. */
  stream(bytes: Uint8Array): void;
}

export interface OpenLink {
  send(text: string): void;
  close(code: number): void;
}

/** Opens a link. May throw; the link then counts as lost. */
export type Open = (opening: Opening, events: LinkEvents) => OpenLink;

/** The close code for a link that failed without one. */
export const ABNORMAL = 1006;

export const ignore = (): void => {};

function withScheme(url: URL, scheme: 'ws' | 'http'): URL {
  // The protocol setter refuses to go from ws to http, hence the text.
  const copy = new URL(url.href.replace(/^(ws|http)(s?):/, `${scheme}$2:`));
  copy.hash = '';
  return copy;
}

function withToken(url: URL, { options: { tokenInUrl }, token }: Opening): string {
  if (tokenInUrl && token) url.searchParams.set(tokenInUrl, token);
  return url.href;
}

/** Where the WebSocket is. */
export function socketUrl(opening: Opening): string {
  return withToken(withScheme(opening.options.url, 'ws'), opening);
}

/** Where the event stream for the opening's subscriptions is. */
export function streamUrl(opening: Opening): string {
  const { options, query } = opening;
  const url = withScheme(options.sseUrl ?? options.url, 'http');
  if (!options.sseUrl) url.pathname = `${url.pathname.replace(/\/+$/, '')}/sse`;
  if (query !== '') url.search = url.search === '' ? query : `${url.search}&${query}`;
  return withToken(url, opening);
}

/** A message as a transport hands it over, without a copy. */
export function frameOf(data: unknown): string | Uint8Array {
  if (typeof data === 'string') return data;
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  return new Uint8Array(data as ArrayBuffer);
}
