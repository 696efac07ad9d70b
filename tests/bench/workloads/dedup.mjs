// Is this event new? A window of the last ids, asked by the frame's text: the events are of an
// entity that nobody looks at, so that nothing but the id matters.
import { frameOf } from '../lib/frames.mjs';
import { requireEqual } from '../lib/gate.mjs';
import { random, uuid } from '../lib/random.mjs';

export const name = 'dedup';
export const title = 'Dedup: a small text frame → new or repeated (window of that many ids)';

const NEW = 'new ids';
const REPEATED = 'repeated ids';

export function cases({ quick }) {
  const sizes = quick ? [10_000] : [10_000, 100_000];
  return sizes.flatMap((rows) => [NEW, REPEATED].map((change) => ({ rows, change })));
}

function* freshFrames() {
  const next = random(31);
  while (true) yield frameOf(uuid(next), 'update', { id: 1, version: 1 }, 'invoices');
}

const take = (source, count) => Array.from({ length: count }, () => source.next().value);

/** How many frames at the window's young end are repeated. */
const REPEATS = 1000;
const FRESH = 60_000;

/**
 * Fills everybody's window to the brim and checks that all count the same duplicates.
 *
 * @throws GateFailure
 */
export async function contest({ rows: capacity, change }, peers, context) {
  const { Engine, frames: most = FRESH } = context;
  const source = freshFrames();
  const filling = take(source, capacity + 10);
  const repeats = filling.slice(-Math.min(REPEATS, capacity));
  const fresh = change === NEW ? take(source, most) : repeats;
  const contestants = [];
  for (const peer of peers) {
    const gate = peer.kind !== 'floor';
    const instance = await peer.create({ Engine, capacity });
    for (const frame of [...filling, ...repeats]) instance.take(frame);
    let expected = repeats.length;
    const recheck = () => {
      if (gate) requireEqual(peer, 'duplicates', instance.duplicates(), expected);
    };
    recheck();
    let next = 0;
    contestants.push({
      ...peer,
      unit: 1,
      left: () => (change === NEW ? fresh.length - next : Number.POSITIVE_INFINITY),
      step() {
        if (change === REPEATED) expected++;
        instance.take(fresh[next++ % fresh.length]);
      },
      recheck,
      close: () => instance.close?.(),
    });
  }
  return contestants;
}
