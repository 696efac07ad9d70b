// What a full window of ids holds, per id.
import { answer, argument } from '../lib/children.mjs';
import { loadEngine } from '../lib/engine.mjs';
import { heldBytes } from '../lib/memory.mjs';
import { fill } from '../workloads/memory.mjs';
import { peersOf } from '../peers/registry.mjs';

const { name, rows: capacity } = argument();
const peer = (await peersOf('dedup')).find((each) => each.name === name);
const { Engine } = await loadEngine();

const first = await fill(peer, 10, Engine);
first.close?.();
const before = heldBytes();
const instance = await fill(peer, capacity, Engine);
const grown = heldBytes() - before;
answer({ bytes_per_row: (instance.bytes?.() ?? grown) / capacity });
instance.close?.();
process.exit(0);
