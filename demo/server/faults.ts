import { HttpError, parseObject } from './http.ts';
import type { Links, Transport } from './links.ts';

const TRANSPORTS: readonly Transport[] = ['websocket', 'sse'];
const MAX_CLIENTS = 1000;

/** Breaks the connections of one page on purpose, so that its recovery can be watched. */
export class Faults {
  readonly #links: Links;
  readonly #blocked = new Map<string, ReadonlySet<Transport>>();

  constructor(links: Links) {
    this.#links = links;
  }

  blocks(client: string, transport: Transport): boolean {
    return this.#blocked.get(client)?.has(transport) ?? false;
  }

  /** `{client?, cut?, block?}`; without a client it means the pages that gave none. */
  apply(body: string): { cut: number; blocked: Transport[] } {
    const { client = '', cut = false, block } = parseObject(body);
    if (typeof client !== 'string' || client.length > 128) {
      throw new HttpError(400, 'bad_fault', 'client must be a text of at most 128 characters');
    }
    if (typeof cut !== 'boolean') throw new HttpError(400, 'bad_fault', 'cut must be a boolean');
    if (block !== undefined) this.#replace(client, block);
    const ended = this.#links.terminate(
      (link) => link.client === client && (cut || this.blocks(client, link.transport)),
    );
    return { cut: ended, blocked: [...(this.#blocked.get(client) ?? [])] };
  }

  #replace(client: string, block: unknown): void {
    const isTransport = (each: unknown): each is Transport =>
      TRANSPORTS.includes(each as Transport);
    if (!Array.isArray(block) || !block.every(isTransport)) {
      throw new HttpError(400, 'bad_fault', `block must be a list of ${TRANSPORTS.join(', ')}`);
    }
    this.#blocked.delete(client);
    if (block.length === 0) return;
    this.#blocked.set(client, new Set(block));
    // Pages that went away never unblock themselves.
    const oldest = this.#blocked.keys().next().value;
    if (this.#blocked.size > MAX_CLIENTS && oldest !== undefined) this.#blocked.delete(oldest);
  }
}
