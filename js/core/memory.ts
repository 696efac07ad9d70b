import type { CoreModule } from './load.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Copies text or bytes into the core's scratch memory.
 * The heap view is taken anew after `reserve`, because that call may grow the memory and
 * `encodeInto` on a detached view writes nothing and says nothing.
 *
 * @returns the number of bytes written
 */
export function writeScratch(
  core: CoreModule,
  reserve: (bytes: number) => number,
  input: string | Uint8Array,
): number {
  if (typeof input !== 'string') {
    const pointer = reserve(input.byteLength);
    core.HEAPU8.set(input, pointer);
    return input.byteLength;
  }
  // A UTF-16 unit is three UTF-8 bytes at the most.
  const most = input.length * 3;
  const pointer = reserve(most);
  return encoder.encodeInto(input, core.HEAPU8.subarray(pointer, pointer + most)).written;
}

/** Decodes text that the core lends; it is valid only until the next call into the core. */
export function readText(core: CoreModule, pointer: number, length: number): string {
  return decoder.decode(core.HEAPU8.subarray(pointer, pointer + length));
}
