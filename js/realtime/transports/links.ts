import { openEventSource } from './event-source.ts';
import { openFetchStream, prefersFetch } from './fetch-stream.ts';
import {
  ABNORMAL,
  ignore,
  type LinkEvents,
  type Open,
  type OpenLink,
  type TransportOptions,
} from './transport.ts';
import { openWebSocket } from './websocket.ts';

/** Told what happens on links that are still open; never about one that was closed from here. */
export interface LinkListener {
  opened(link: number, lastId: string): void;
  closed(link: number, code: number, retryAfterMs: number): void;
  frame(link: number, data: string | Uint8Array): void;
  stream(link: number, bytes: Uint8Array): void;
}

/**
 * The open links, by the core's number. Opens, carries and closes; when and which is the
 * core's to say, so nothing here ever reconnects.
 */
export class Links {
  readonly #options: TransportOptions;
  readonly #listener: LinkListener;
  readonly #open = new Map<number, OpenLink>();
  /** For the links that open from now on; empty for none. */
  token = '';

  constructor(options: TransportOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Never throws: a missing or failing constructor is a link that closes with 1006 soon after. */
  open(link: number, transport: 'websocket' | 'sse', query: string): void {
    const opening = { options: this.#options, query, token: this.token };
    try {
      this.#open.set(link, this.#opener(transport)(opening, this.#eventsOf(link)));
    } catch {
      this.#open.set(link, { send: ignore, close: ignore });
      queueMicrotask(() => this.#lost(link, ABNORMAL, 0));
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

  #opener(transport: 'websocket' | 'sse'): Open {
    if (transport === 'websocket') return openWebSocket;
    return prefersFetch(this.#options) ? openFetchStream : openEventSource;
  }

  #eventsOf(link: number): LinkEvents {
    const heard = (): boolean => this.#open.has(link);
    return {
      opened: (lastId = '') => {
        if (heard()) this.#listener.opened(link, lastId);
      },
      closed: (code, retryAfterMs = 0) => this.#lost(link, code, retryAfterMs),
      frame: (data) => {
        if (heard()) this.#listener.frame(link, data);
      },
      stream: (bytes) => {
        if (heard()) this.#listener.stream(link, bytes);
      },
    };
  }

  #lost(link: number, code: number, retryAfterMs: number): void {
    if (this.#open.delete(link)) this.#listener.closed(link, code, retryAfterMs);
  }
}
