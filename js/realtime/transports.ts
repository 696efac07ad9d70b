/** What is used of a WebSocket; the browser's, `ws` and others fit. */
export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** What is used of an EventSource; the browser's, `eventsource` and others fit. */
export interface EventSourceLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  close(): void;
}
export type EventSourceConstructor = new (url: string) => EventSourceLike;

export interface TransportOptions {
  /** The WebSocket's address; http and https are read as ws and wss. */
  url: URL;
  /** The event stream's address. Default: `url` over http(s) with `/sse` after its path. */
  sseUrl?: URL | undefined;
  /** Default `globalThis.WebSocket`. */
  WebSocket?: WebSocketConstructor | undefined;
  /** Default `globalThis.EventSource`. */
  EventSource?: EventSourceConstructor | undefined;
}

/** Told what happens on links that are still open; never about one that was closed from here. */
export interface LinkListener {
  opened(link: number): void;
  closed(link: number, code: number): void;
  frame(link: number, data: string | Uint8Array): void;
}

interface OpenLink {
  send(text: string): void;
  close(code: number): void;
}

/** The close code for a link that failed without one. */
export const ABNORMAL = 1006;

const ignore = (): void => {};

function withScheme(url: URL, scheme: 'ws' | 'http'): URL {
  // The protocol setter refuses to go from ws to http, hence the text.
  const copy = new URL(url.href.replace(/^(ws|http)(s?):/, `${scheme}$2:`));
  copy.hash = '';
  return copy;
}

/** Where the event stream for these subscriptions is. `subscribe` is the core's JSON text. */
export function streamUrl(options: Pick<TransportOptions, 'url' | 'sseUrl'>, subscribe: string) {
  const url = withScheme(options.sseUrl ?? options.url, 'http');
  if (!options.sseUrl) url.pathname = `${url.pathname.replace(/\/+$/, '')}/sse`;
  if (subscribe !== '') url.searchParams.set('subscribe', subscribe);
  return url.href;
}

function frameOf(data: unknown): string | Uint8Array {
  if (typeof data === 'string') return data;
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  return new Uint8Array(data as ArrayBuffer);
}

/**
 * The open links, by the core's number. Opens, carries and closes; when and which is the
 * core's to say, so nothing here ever reconnects.
 */
export class Links {
  readonly #options: TransportOptions;
  readonly #listener: LinkListener;
  readonly #open = new Map<number, OpenLink>();

  constructor(options: TransportOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Never throws: a missing or failing constructor is a link that closes with 1006 soon after. */
  open(link: number, transport: 'websocket' | 'sse', subscribe: string): void {
    try {
      this.#open.set(
        link,
        transport === 'websocket' ? this.#openSocket(link) : this.#openStream(link, subscribe),
      );
    } catch {
      this.#open.set(link, { send: ignore, close: ignore });
      queueMicrotask(() => this.#lost(link, ABNORMAL));
    }
  }

  /** A link that breaks while sending reports that itself. */
  send(link: number, text: string): void {
    try {
      this.#open.get(link)?.send(text);
    } catch {
      // Only possible before it opened, or after it broke: `closed` tells of that.
    }
  }

  close(link: number, code: number): void {
    const open = this.#open.get(link);
    this.#open.delete(link);
    try {
      open?.close(code);
    } catch {
      // It is forgotten already, so nothing it does is heard any more.
    }
  }

  closeAll(code: number): void {
    for (const link of [...this.#open.keys()]) this.close(link, code);
  }

  #lost(link: number, code: number): void {
    if (this.#open.delete(link)) this.#listener.closed(link, code);
  }

  #openSocket(link: number): OpenLink {
    const Socket =
      this.#options.WebSocket ?? (globalThis.WebSocket as WebSocketConstructor | undefined);
    if (!Socket) throw new TypeError('there is no WebSocket here');
    const socket = new Socket(withScheme(this.#options.url, 'ws').href);
    socket.binaryType = 'arraybuffer';
    const heard = () => this.#open.has(link);
    socket.onopen = () => {
      if (heard()) this.#listener.opened(link);
    };
    socket.onmessage = (event: { data: unknown }) => {
      if (heard()) this.#listener.frame(link, frameOf(event.data));
    };
    // Never removed: `ws` kills the process over an error without a listener. Close follows.
    socket.onerror = ignore;
    socket.onclose = (event: { code?: number }) => this.#lost(link, event.code ?? ABNORMAL);
    return {
      send: (text) => socket.send(text),
      close: (code) => {
        // Browsers throw on any other code.
        const allowed = code === 1000 || (code >= 3000 && code <= 4999);
        if (allowed) socket.close(code);
        else socket.close();
      },
    };
  }

  #openStream(link: number, subscribe: string): OpenLink {
    const Source =
      this.#options.EventSource ?? (globalThis.EventSource as EventSourceConstructor | undefined);
    if (!Source) throw new TypeError('there is no EventSource here');
    const source = new Source(streamUrl(this.#options, subscribe));
    const heard = () => this.#open.has(link);
    source.onopen = () => {
      if (heard()) this.#listener.opened(link);
    };
    source.onmessage = (event: { data: unknown }) => {
      if (heard()) this.#listener.frame(link, frameOf(event.data));
    };
    source.onerror = () => {
      // Closed at once, or it would reconnect by itself, behind the core's back.
      source.close();
      this.#lost(link, ABNORMAL);
    };
    return { send: ignore, close: () => source.close() };
  }
}
