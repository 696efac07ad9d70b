import { setTimeout as pause } from 'node:timers/promises';
import { type FaultOrder, parseFaultOrder } from './fault-order.ts';
import { HttpError } from './http.ts';
import type { Links, Transport } from './links.ts';
import { type FrameFaults, RoughWay } from './rough-way.ts';
import { SAVE_FAULT_HEADER, type SaveFaults, SOUND } from './save-faults.ts';

const MAX_CLIENTS = 1000;

/** What is broken for one client. */
interface Broken {
  block: ReadonlySet<Transport>;
  retryAfter: number;
  frames: FrameFaults | undefined;
  framesUntil: number;
  saves: SaveFaults;
}

const WHOLE: Broken = {
  block: new Set(),
  retryAfter: 0,
  frames: undefined,
  framesUntil: 0,
  saves: SOUND,
};

/** Breaks the connections of one page on purpose, so that its recovery can be watched. */
export class Faults {
  /** Frames that were lost, repeated or overtaken on purpose. */
  framesSpoiled = 0;
  readonly #links: Links;
  readonly #broken = new Map<string, Broken>();

  constructor(links: Links) {
    this.#links = links;
  }

  /** The headers of the refusal, when this one is to be refused. */
  refusal(client: string, transport: Transport): Record<string, string> | undefined {
    const { block, retryAfter } = this.#of(client);
    if (!block.has(transport)) return undefined;
    return retryAfter > 0 ? { 'retry-after': String(retryAfter) } : {};
  }

  /** For one link: what it sends goes this way. */
  way(client: string): RoughWay {
    const current = () => {
      const { frames, framesUntil } = this.#of(client);
      return Date.now() < framesUntil ? frames : undefined;
    };
    return new RoughWay(current, () => this.framesSpoiled++);
  }

  /**
   * Resolves when a write of this client may be done. Rejects with HttpError 503 when it is one
   * of those that are to fail.
   */
  async admitSave(client: string): Promise<void> {
    const broken = this.#of(client);
    const { fail, delayMs } = broken.saves;
    // Counted before the wait, so that the writes fail that come first.
    if (fail > 0) this.#remember(client, { ...broken, saves: { fail: fail - 1, delayMs } });
    if (delayMs > 0) await pause(delayMs);
    if (fail === 0) return;
    throw new HttpError(503, 'failed_on_purpose', 'this save was to fail', {
      [SAVE_FAULT_HEADER]: 'save',
    });
  }

  /** @throws HttpError 400 */
  apply(body: string): { cut: number; blocked: Transport[] } {
    const order = parseFaultOrder(body);
    const { client, cut } = order;
    const { block } = this.#remember(client, changed(this.#of(client), order));
    const ended = this.#links.terminate(
      (link) => link.client === client && (cut || block.has(link.transport)),
    );
    return { cut: ended, blocked: [...block] };
  }

  #of(client: string): Broken {
    return this.#broken.get(client) ?? WHOLE;
  }

  #remember(client: string, broken: Broken): Broken {
    this.#broken.delete(client);
    const { block, frames, saves } = broken;
    const isWhole = block.size === 0 && !frames && saves.fail === 0 && saves.delayMs === 0;
    if (!isWhole) this.#broken.set(client, broken);
    // Pages that went away never mend anything themselves.
    const oldest = this.#broken.keys().next().value;
    if (this.#broken.size > MAX_CLIENTS && oldest !== undefined) this.#broken.delete(oldest);
    return broken;
  }
}

function changed(before: Broken, { block, retryAfter, frames, saves }: FaultOrder): Broken {
  return {
    ...before,
    ...(block ? { block, retryAfter } : {}),
    ...(frames === undefined
      ? {}
      : { frames: frames ?? undefined, framesUntil: Date.now() + (frames?.forMs ?? 0) }),
    ...(saves ? { saves } : {}),
  };
}
