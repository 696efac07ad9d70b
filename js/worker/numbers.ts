/** The core's numbers by those that a page gave, and the other way round. */
export class Numbers {
  readonly #core = new Map<number, number>();
  readonly #own = new Map<number, number>();

  set(own: number, core: number): void {
    this.#core.set(own, core);
    this.#own.set(core, own);
  }

  coreOf(own: number): number | undefined {
    return this.#core.get(own);
  }

  ownOf(core: number): number | undefined {
    return this.#own.get(core);
  }

  /** Forgets it, and says what the core's number was. */
  delete(own: number): number | undefined {
    const core = this.#core.get(own);
    this.#core.delete(own);
    if (core !== undefined) this.#own.delete(core);
    return core;
  }

  /** The page's own, and the core's, in the order in which they were set. */
  entries(): IterableIterator<[own: number, core: number]> {
    return this.#core.entries();
  }
}
