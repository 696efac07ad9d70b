import { TidemarkError } from './errors.ts';
import type { Checkpoint, RecordedBytes } from './recording.ts';

type Packed = Pick<Checkpoint, 'memory' | 'compression'>;

/** How many arguments a call takes everywhere. */
const CHUNK = 0x8000;

export function packBytes(bytes: Uint8Array): RecordedBytes {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return { base64: btoa(binary) };
}

export function unpackBytes({ base64 }: RecordedBytes): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0));
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Compressed where that is possible: most of a core's memory is empty. */
export async function packMemory(memory: Uint8Array<ArrayBuffer>): Promise<Packed> {
  if (typeof CompressionStream !== 'function') {
    return { memory: packBytes(memory), compression: 'none' };
  }
  const small = await through(memory, new CompressionStream('gzip'));
  return { memory: packBytes(small), compression: 'gzip' };
}

/** @throws TidemarkError `bad_recording` */
export async function unpackMemory({ memory, compression }: Packed): Promise<Uint8Array> {
  try {
    const bytes = unpackBytes(memory);
    if (compression === 'none') return bytes;
    return await through(bytes, new DecompressionStream('gzip'));
  } catch (cause) {
    throw new TidemarkError('bad_recording', 'its checkpoint cannot be read', { cause });
  }
}
