/** Copies of events on their way into one frame. */
export class Frame {
  #texts: string[] = [];
  #size = 0;
  #lastSeq = 0;

  get isEmpty(): boolean {
    return this.#texts.length === 0;
  }

  /** In characters. */
  get size(): number {
    return this.#size;
  }

  /** Of how many copies. */
  get count(): number {
    return this.#texts.length;
  }

  /** seq of the change added last. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  add(text: string, seq: number): void {
    this.#texts.push(text);
    this.#size += text.length;
    this.#lastSeq = seq;
  }

  /** One message, or an array of them; what comes next is another frame. */
  take(): string {
    const text =
      this.#texts.length === 1 ? (this.#texts[0] as string) : `[${this.#texts.join(',')}]`;
    this.#texts = [];
    this.#size = 0;
    return text;
  }
}
