import type { Wire } from './wire.ts';

type Handler = ((event: never) => void) | null;

/** How a socket gets to its server. */
export type Connect = (url: URL, client: MemorySocket) => Wire;

/** A WebSocket whose server is in the same program. */
export class MemorySocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly url: string;
  readonly protocol = '';
  readonly extensions = '';
  readonly bufferedAmount = 0;
  binaryType = 'blob';
  readyState = 0;
  onopen: Handler = null;
  onmessage: Handler = null;
  onerror: Handler = null;
  onclose: Handler = null;
  readonly #wire: Wire;

  constructor(connect: Connect, url: string | URL) {
    super();
    const address = new URL(url);
    this.url = address.href;
    this.#wire = connect(address, this);
  }

  /** The server took it. */
  opened(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.#fire('open', {});
  }

  receive(data: string): void {
    if (this.readyState === 1) this.#fire('message', { data });
  }

  closed(code: number, reason: string): void {
    const failed = this.readyState === 0 || code === 1006;
    this.readyState = 3;
    if (failed) this.#fire('error', {});
    this.#fire('close', { code, reason, wasClean: !failed });
  }

  /** @throws Error before the socket is open */
  send(data: string): void {
    if (this.readyState === 0) throw new Error('the socket is still connecting');
    if (this.readyState === 1) this.#wire.toServer(String(data));
  }

  close(code = 1000, reason = ''): void {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.#wire.leave(code, reason);
  }

  #fire(type: 'open' | 'message' | 'error' | 'close', members: object): void {
    const event = Object.assign(new Event(type), members);
    this[`on${type}`]?.(event as never);
    this.dispatchEvent(event);
  }
}
