import type { Fault, FaultGroup } from './fault.ts';

export interface FaultsNow {
  /** What is broken. */
  readonly active: ReadonlyMap<FaultGroup, Fault>;
  /** What was begun last, and when, in ms since the epoch. */
  readonly last: { readonly label: string; readonly at: number } | null;
}

/** How this page is broken: known here too, because the server remembers it from page to page. */
export class FaultSwitches {
  #now: FaultsNow = { active: new Map(), last: null };
  readonly #timers = new Map<FaultGroup, ReturnType<typeof setTimeout>>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same object until something changes. */
  readonly now = (): FaultsNow => this.#now;

  /** Resolves once the server knows. Rejects, and changes nothing, when it cannot be told. */
  async toggle(fault: Fault): Promise<void> {
    const { group, forMs, begin, end } = fault;
    if (this.#now.active.get(group) === fault) {
      if (!end) return;
      await end();
      this.#put(group, undefined);
      return;
    }
    // Before the server is asked, or its answer might come after what it does.
    const last = { label: fault.label, at: Date.now() };
    await begin();
    if (forMs !== 0) this.#put(group, fault);
    if (forMs) {
      this.#timers.set(
        group,
        setTimeout(() => this.#put(group, undefined), forMs),
      );
    }
    this.#become({ ...this.#now, last });
  }

  #put(group: FaultGroup, fault: Fault | undefined): void {
    clearTimeout(this.#timers.get(group));
    const active = new Map(this.#now.active);
    if (fault) active.set(group, fault);
    else active.delete(group);
    this.#become({ ...this.#now, active });
  }

  #become(now: FaultsNow): void {
    this.#now = now;
    for (const listener of this.#listeners) listener();
  }
}

export const faultSwitches = new FaultSwitches();
