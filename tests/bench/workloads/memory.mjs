// What is held in memory: heap, external and Wasm memory of a process of its own, per row.

import { frameOf } from '../lib/frames.mjs';
import { requireEqual } from '../lib/gate.mjs';
import { random, uuid } from '../lib/random.mjs';
import { bodyOf, makeRows, parseBody } from '../lib/rows.mjs';

export const name = 'memory';
export const title = 'Memory, bytes a row or an id';

export const HELD = 'list held';
export const DEDUP = 'dedup window';

export const cases = ({ quick }) =>
  quick
    ? [{ rows: 2000, change: HELD }]
    : [
        { rows: 10_000, change: HELD },
        { rows: 100_000, change: HELD },
        { rows: 100_000, change: DEDUP },
      ];

const newestFirst = (a, b) => b.score - a.score;

/** What a peer that says it shows a window has to show of `rows`. */
const windowOf = (rows) =>
  rows
    .filter((row) => row.status === 'active')
    .sort(newestFirst)
    .slice(0, 50);

/**
 * Lets a peer hold a list of that many rows and checks that it does. The body is garbage after.
 *
 * @returns undefined when the peer has no such form
 * @throws GateFailure
 */
export async function hold(peer, rowCount, Engine) {
  const body = bodyOf(makeRows(rowCount));
  const instance = await peer.create({ Engine, body });
  if (instance === undefined) return undefined;
  const scores = (rows) => rows.map((row) => row.score);
  const rows = parseBody(body);
  if (peer.window) requireEqual(peer, 'scores', scores(instance.rows()), scores(windowOf(rows)));
  else requireEqual(peer, 'rows', instance.rows(), rows);
  return instance;
}

/**
 * Shows a peer as many ids as its window remembers, all different.
 *
 * @throws GateFailure when it takes one for another
 */
export async function fill(peer, capacity, Engine) {
  const next = random(51);
  const instance = await peer.create({ Engine, capacity });
  for (let i = 0; i < capacity; i++) {
    instance.take(frameOf(uuid(next), 'update', { id: 1, version: 1 }, 'invoices'));
  }
  requireEqual(peer, 'duplicates', instance.duplicates(), 0);
  return instance;
}
