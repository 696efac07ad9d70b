// The CPU time of this thread, in microseconds: on a busy machine it varies far less than wall
// time. Node shows it through WASI's clock 3 (CLOCK_THREAD_CPUTIME_ID), for which the smallest
// module with a memory is enough. What V8 does on other threads (compiling, marking) is not in
// it, which favours whoever makes the most garbage.
import { WASI } from 'node:wasi';

const THREAD_CPU_TIME = 3;
// One page of memory, exported as "memory".
const MODULE = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 10, 1, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79,
  2, 0,
]);

export const wallClock = { name: 'wall time', now: () => performance.now() * 1000 };

/** @returns {{ name: string, now: () => number }} */
export function threadClock() {
  try {
    const wasi = new WASI({ version: 'preview1' });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(MODULE));
    wasi.initialize(instance);
    const result = new DataView(instance.exports.memory.buffer);
    const read = wasi.wasiImport.clock_time_get;
    const now = () => {
      if (read(THREAD_CPU_TIME, 1n, 0) !== 0) throw new Error('no such clock');
      return Number(result.getBigUint64(0, true)) / 1000;
    };
    now();
    return { name: 'CPU time of the main thread', now };
  } catch {
    return wallClock;
  }
}
