import { isAbort } from './callbacks.ts';
import type { EngineLike } from './driver-options.ts';

/** What a query whose rows the core does not hold is subscribed to: its events, an entity each. */
export class QuerySubscriptions {
  readonly #subs: number[] = [];

  /** Whether there is any. */
  get isOpen(): boolean {
    return this.#subs.length > 0;
  }

  has(sub: number): boolean {
    return this.#subs.includes(sub);
  }

  /** `refused` hears why the core takes one not, the others are opened; throws what aborts a core. */
  open(
    engine: EngineLike,
    wanted: { entities: Iterable<string>; filter: string },
    now: number,
    refused: (thrown: unknown) => void,
  ): void {
    for (const entity of wanted.entities) {
      try {
        this.#subs.push(engine.subscribe(entity, wanted.filter, now));
      } catch (thrown) {
        if (isAbort(thrown)) throw thrown;
        refused(thrown);
      }
    }
  }

  close(engine: EngineLike, now: number): void {
    for (const sub of this.#subs.splice(0)) engine.unsubscribe(sub, now);
  }

  /** The core that had them is gone. */
  lost(): void {
    this.#subs.length = 0;
  }
}
