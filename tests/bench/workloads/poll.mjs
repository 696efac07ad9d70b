// A poll answers with bytes; what follows is the new array. Nobody knows beforehand what changed.
import { keptPercent, requireEqual } from '../lib/gate.mjs';
import { makeBodies, parseBody } from '../lib/rows.mjs';

export const name = 'poll';
export const title = 'Poll: the response body in bytes → the new array';

const usual = ['0 %', '1 %', '10 %', 'row on top'];

export function cases({ quick }) {
  if (quick) return [...at(100, ['0 %', '1 %']), ...at(10_000, ['0 %', '1 %', 'row on top'])];
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

function checkPolls(peer, instance, bodies, held) {
  let before = held;
  let kept = null;
  for (const body of bodies) {
    const after = instance.poll(body);
    requireEqual(peer, 'poll', after, parseBody(body));
    if (before) kept = keptPercent(before, after);
    before = after;
  }
  return { rows: before, kept };
}

/**
 * Sets everybody up and checks that all get the same rows.
 *
 * @throws GateFailure
 */
export async function contest({ rows, change }, peers, { Engine }) {
  const bodies = makeBodies(rows, change, BODIES);
  const contestants = [];
  for (const peer of peers) {
    const instance = await peer.create({ Engine, body: bodies[0] });
    const gate = peer.kind !== 'floor';
    // The last answer first: from there the round begins again, in a way every peer must cope with.
    const checked = gate ? checkPolls(peer, instance, [...bodies, bodies[0]]) : undefined;
    const kept = gate ? checkPolls(peer, instance, bodies.slice(1), checked.rows).kept : null;
    let next = 0;
    contestants.push({
      ...peer,
      unit: 1,
      kept_percent: kept,
      left: () => Number.POSITIVE_INFINITY,
      step: () => instance.poll(bodies[next++ % BODIES]),
      recheck() {
        if (gate) checkPolls(peer, instance, bodies);
      },
      close: () => instance.close?.(),
    });
  }
  return contestants;
}
