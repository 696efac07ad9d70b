// What a peer holds for a list of rows, per row.
import { answer, argument } from '../lib/children.mjs';
import { loadEngine } from '../lib/engine.mjs';
import { heldBytes } from '../lib/memory.mjs';
import { peersOf } from '../peers/registry.mjs';
import { hold } from '../workloads/memory.mjs';

const { name, rows } = argument();
const peer = (await peersOf('memory')).find((each) => each.name === name);
const { Engine } = await loadEngine();

// Loads all code and the core itself, so that what is measured is the rows.
const first = await hold(peer, 10, Engine);
await first?.close?.();
const before = heldBytes();
const instance = await hold(peer, rows, Engine);
answer(instance ? { bytes_per_row: (heldBytes() - before) / rows } : null);
await instance?.close?.();
process.exit(0);
