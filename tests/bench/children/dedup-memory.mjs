// What a full window of ids holds, per id.
import { answer, argument } from '../lib/children.mjs';
import { loadEngine } from '../lib/engine.mjs';
import { heldBytes } from '../lib/memory.mjs';
import { peersOf } from '../peers/registry.mjs';
import { fill } from '../workloads/memory.mjs';

const WINDOWS = 16;
const PAGE = 65_536;

const { name, rows: capacity } = argument();
const peer = (await peersOf('dedup')).find((each) => each.name === name);
const { Engine } = await loadEngine();

async function onHeap() {
  const before = heldBytes();
  const window = await fill(peer, capacity, Engine);
  const grown = heldBytes() - before;
  window.close?.();
  return grown;
}

/**
 * Wasm memory grows in large steps and had room before, so one window says little. At each
 * growth everything before it was used up: from the first to the last growth, per window.
 */
async function inWasm() {
  const windows = [];
  const growths = [];
  let before = process.memoryUsage().external;
  for (let count = 1; count <= WINDOWS; count++) {
    windows.push(await fill(peer, capacity, Engine));
    const now = process.memoryUsage().external;
    if (now - before > PAGE) growths.push({ count, before });
    before = now;
  }
  const [first, last] = [growths[0], growths.at(-1)];
  for (const window of windows) window.close?.();
  return (last.before - first.before) / (last.count - first.count);
}

const trial = await fill(peer, 10, Engine);
const told = trial.bytes?.();
trial.close?.();
const perWindow = told === undefined && peer.kind === 'ours' ? inWasm : onHeap;
const held = told === undefined ? await perWindow() : (await fill(peer, capacity, Engine)).bytes();
answer({ bytes_per_row: held / capacity });
process.exit(0);
