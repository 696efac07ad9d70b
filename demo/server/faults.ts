import { type FaultOrder, parseFaultOrder } from './fault-order.ts';
import type { Links, Transport } from './links.ts';
import { type FrameFaults, RoughWay } from './rough-way.ts';

const MAX_CLIENTS = 1000;

/** What is broken for one client. */
interface Broken {
  block: ReadonlySet<Transport>;
  retryAfter: number;
  frames: FrameFaults | undefined;
  framesUntil: number;
}

const WHOLE: Broken = { block: new Set(), retryAfter: 0, frames: undefined, framesUntil: 0 };

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
    if (broken.block.size > 0 || broken.frames) this.#broken.set(client, broken);
    // Pages that went away never mend anything themselves.
    const oldest = this.#broken.keys().next().value;
    if (this.#broken.size > MAX_CLIENTS && oldest !== undefined) this.#broken.delete(oldest);
    return broken;
  }
}

function changed(before: Broken, { block, retryAfter, frames }: FaultOrder): Broken {
  return {
    ...before,
    ...(block ? { block, retryAfter } : {}),
    ...(frames === undefined
      ? {}
      : { frames: frames ?? undefined, framesUntil: Date.now() + (frames?.forMs ?? 0) }),
  };
}
