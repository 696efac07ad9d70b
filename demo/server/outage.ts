import type { Server } from 'node:http';
import type { Links } from './links.ts';

/** Between two attempts to have the port again. */
const RETRY_MS = 100;

/**
 * Takes the server from the network, as far as anybody outside can tell: every connection breaks,
 * and its port refuses new ones. The process lives, and with it the embedded database.
 */
export class Outage {
  readonly #http: Server;
  readonly #links: Links;
  readonly #address: { port: number; host: string };
  #timer: NodeJS.Timeout | undefined;

  constructor(http: Server, links: Links, address: { port: number; host: string }) {
    this.#http = http;
    this.#links = links;
    this.#address = address;
  }

  /** One that is going on is made to last for `forMs` from now. */
  begin(forMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#listen(), forMs);
    this.#http.close();
    this.#links.terminate(() => true);
    this.#http.closeAllConnections();
  }

  /** For good: the server itself ends. */
  cancel(): void {
    clearTimeout(this.#timer);
  }

  #listen(): void {
    const again = () => {
      this.#timer = setTimeout(() => this.#listen(), RETRY_MS);
    };
    this.#http.once('error', again);
    this.#http.listen(this.#address.port, this.#address.host, () => {
      this.#http.off('error', again);
    });
  }
}
