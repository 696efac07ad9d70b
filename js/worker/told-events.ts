const MOST_REMEMBERED = 1000;

/**
 * The events that a page was told of lately. The core names a copy for another subscription
 * `repeated`, but the first copy may have been for another page.
 */
export class ToldEvents {
  readonly #ids = new Set<string>();

  /** False when it was told already. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > MOST_REMEMBERED) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}
