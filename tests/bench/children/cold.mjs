// The first load and the first polls of a process, before the JIT knows any of it.
import { answer, argument } from '../lib/children.mjs';
import { threadClock } from '../lib/clock.mjs';
import { loadEngine } from '../lib/engine.mjs';
import { makeBodies } from '../lib/rows.mjs';
import { peersOf } from '../peers/registry.mjs';

const { name, rows, change, polls } = argument();
const peer = (await peersOf('poll')).find((each) => each.name === name);
const { Engine } = await loadEngine();
const [body, ...bodies] = makeBodies(rows, change, polls + 1);
const clock = threadClock();
clock.now();

const start = clock.now();
const instance = await peer.create({ Engine, body });
const loaded = clock.now();
for (const next of bodies) instance.poll(next);
const polled = clock.now();
answer({ load_us: loaded - start, poll_us: (polled - loaded) / polls });
process.exit(0);
