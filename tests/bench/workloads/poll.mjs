// A poll answers with bytes; what follows is the new array. Nobody knows beforehand what changed.
import { keptPercent, requireEqual } from '../lib/gate.mjs';
import { makeBodies, parseBody } from '../lib/rows.mjs';

export const name = 'poll';
export const title = 'Poll: the response body in bytes → the new array';

const usual = ['0 %', '1 %', '10 %', 'row on top'];

export function cases({ quick }) {
  // Checking ten thousand rows of every peer takes longer than timing them.
  if (quick) return [...at(1000, ['0 %', 'row on top']), ...at(10_000, ['1 %'])];
  return [
    ...at(100, usual),
    ...at(1000, usual),
    ...at(10_000, [...usual, 'page moved', 'shuffled']),
    ...at(100_000, ['0 %', '1 %']),
  ];
}

const at = (rows, changes) => changes.map((change) => ({ rows, change }));

/** How many different answers there are; they come round and round. */
const BODIES = 4;

/**
 * Sets everybody up and checks that all get the same rows.
 *
 * @throws GateFailure
 */
export async function contest({ rows, change }, peers, { Engine }) {
  const bodies = makeBodies(rows, change, BODIES);
  const expected = bodies.map(parseBody);
  const contestants = [];
  for (const peer of peers) {
    const instance = await peer.create({ Engine, body: bodies[0] });
    const gate = peer.kind !== 'floor';
    let next = 1;
    const step = () => instance.poll(bodies[next++ % BODIES]);
    const check = () => {
      const shown = step();
      if (gate) requireEqual(peer, 'poll', shown, expected[(next - 1) % BODIES]);
      return shown;
    };
    // Also from the last answer to the first: a step like the others only if nothing was inserted.
    const shown = bodies.map(check);
    contestants.push({
      ...peer,
      unit: 1,
      kept_percent: gate ? keptPercent(shown[0], shown[1]) : null,
      left: () => Number.POSITIVE_INFINITY,
      step,
      recheck: check,
      close: () => instance.close?.(),
    });
  }
  return contestants;
}
