import type { CoreModule } from './core-module.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Scratch is not asked for in smaller pieces, nor kept in larger ones once it was used. */
const LEAST = 16 * 1024;
const MOST_KEPT = 1024 * 1024;

/**
 * The memory that an engine's inputs are written to. A view of it is kept for as long as it is
 * large enough: making one costs as much as encoding a frame.
 */
export class Scratch {
  readonly #core: CoreModule;
  readonly #reserve: (bytes: number) => number;
  #view: Uint8Array = new Uint8Array(0);

  /** `reserve` makes room for so many bytes and says where; nothing else may move it. */
  constructor(core: CoreModule, reserve: (bytes: number) => number) {
    this.#core = core;
    this.#reserve = reserve;
  }

  /** Copies text, as UTF-8, or bytes into the core's memory. Returns their number. */
  write(input: string | Uint8Array): number {
    if (typeof input !== 'string') {
      this.room(input.byteLength).set(input);
      return input.byteLength;
    }
    // A UTF-16 unit is three UTF-8 bytes at the most.
    return encoder.encodeInto(input, this.room(input.length * 3)).written;
  }

  /** At least so many bytes of it, to write to. */
  room(bytes: number): Uint8Array {
    const { length, buffer } = this.#view;
    const { HEAPU8 } = this.#core;
    // Memory that grew has left its views behind.
    const isThere = buffer === HEAPU8.buffer;
    const fits = bytes <= length && (length <= MOST_KEPT || bytes > MOST_KEPT);
    if (!fits || !isThere) {
      const size = Math.max(bytes, LEAST);
      const pointer = this.#reserve(size);
      this.#view = this.#core.HEAPU8.subarray(pointer, pointer + size);
    }
    return this.#view;
  }
}

/** Decodes text that the core lends; it is valid only until the next call into the core. */
export function readText(core: CoreModule, pointer: number, length: number): string {
  return decoder.decode(core.HEAPU8.subarray(pointer, pointer + length));
}
