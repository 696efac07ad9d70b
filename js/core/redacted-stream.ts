/**
 * An event stream's body with its messages redacted. A piece gives the events that it
 * completes, after a comment that stands for it when it completes none: the core, too,
 * takes any byte for a sign of life.
 */
export class RedactedStream {
  readonly #redact: (message: string) => string;
  readonly #most: number;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #data: string[] = [];
  #size = 0;
  #tooLarge = false;
  /** In a line whose beginning was thrown away. */
  #skipping = false;

  /** Of an event above `most` nothing is kept. */
  constructor(redact: (message: string) => string, most: number) {
    this.#redact = redact;
    this.#most = most;
  }

  take(bytes: Uint8Array): string {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    // Half of a CRLF, perhaps.
    const held = text.endsWith('\r') ? '\r' : '';
    const lines = text.slice(0, text.length - held.length).split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? '') + held;
    let taken = ':\n';
    for (const line of lines) {
      if (!this.#skipping) taken += this.#line(line);
      this.#skipping = false;
    }
    if (this.#size + this.#rest.length > this.#most) {
      this.#tooLarge = true;
      this.#data = [];
      this.#size = 0;
      this.#skipping ||= this.#rest !== held;
      this.#rest = held;
    }
    return taken;
  }

  #line(line: string): string {
    if (line === '') return this.#dispatch();
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data' && !this.#tooLarge) {
      this.#data.push(value);
      this.#size += value.length;
    }
    return name === 'id' || name === 'retry' ? `${line}\n` : '';
  }

  #dispatch(): string {
    const data = this.#tooLarge ? [''] : this.#data;
    this.#data = [];
    this.#size = 0;
    this.#tooLarge = false;
    return data.length === 0 ? '\n' : `data: ${this.#redact(data.join('\n'))}\n\n`;
  }
}
