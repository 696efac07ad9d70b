// A window (filter, order, limit 50) over many rows; one update arrives as a text frame and the
// new window is there.
import { frameOf } from '../lib/frames.mjs';
import { requireEqual } from '../lib/gate.mjs';
import { random, uuid, whole } from '../lib/random.mjs';
import { bodyOf, editRow, makeRows } from '../lib/rows.mjs';

export const name = 'live';
export const title = 'Live view: one update → the new window (filter, order, limit 50)';

export const OUTSIDE = 'outside the window';
export const INSIDE = 'in the window';

export function cases({ quick }) {
  const sizes = quick ? [10_000] : [1000, 10_000, 100_000];
  return sizes.flatMap((rows) => [OUTSIDE, INSIDE].map((change) => ({ rows, change })));
}

const filter = { column: 'status', value: 'active' };
const order = 'score';
const limit = 50;
const SHOWN_FROM = 1_000_000;
const UPDATES = 6000;
/** Scores are all different, so that no peer needs a second column to order by. */
const spread = 2 ** 20;

/** Rows of which the first `limit` active ones, and no others, score above SHOWN_FROM. */
function ranked(count) {
  const next = random(21);
  return makeRows(count, 20).map((row, at) => {
    const inWindow = at < limit;
    const base = inWindow ? SHOWN_FROM + whole(next, SHOWN_FROM) : whole(next, SHOWN_FROM);
    const status = inWindow ? filter.value : row.status;
    return { ...row, status, [order]: base * spread + at };
  });
}

/** Below the window they stay below; in it they change places, enter it and leave it again. */
function* updatesOf(rows, change) {
  const next = random(22);
  const now = [...rows];
  let serial = rows.length;
  const move = (at, base, values = {}) => {
    const score = base * spread + serial++;
    now[at] = { ...editRow(next, now[at]), ...values, [order]: score };
    return frameOf(uuid(next), 'update', now[at]);
  };
  const outside = () => limit + whole(next, rows.length - limit);
  while (true) {
    if (change === OUTSIDE) yield move(outside(), whole(next, SHOWN_FROM));
    else {
      yield move(whole(next, limit), SHOWN_FROM + whole(next, SHOWN_FROM));
      const visitor = outside();
      const { status } = now[visitor];
      yield move(visitor, SHOWN_FROM + whole(next, SHOWN_FROM), { status: filter.value });
      yield move(visitor, whole(next, SHOWN_FROM), { status });
    }
  }
}

/** The window, computed the plain way. */
function windowOf(rows, frames) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const frame of frames) {
    const { data } = JSON.parse(frame);
    byId.set(data.id, data);
  }
  const active = [...byId.values()].filter((row) => row[filter.column] === filter.value);
  return active.sort((a, b) => b[order] - a[order]).slice(0, limit);
}

const GATE_UPDATES = 9;

/**
 * Sets everybody up and checks that all show the same window.
 *
 * @throws GateFailure
 */
export async function contest({ rows, change }, peers, { Engine, frames: most = UPDATES }) {
  const list = ranked(rows);
  const body = bodyOf(list);
  const source = updatesOf(list, change);
  const frames = Array.from({ length: most }, () => source.next().value);
  const contestants = [];
  for (const peer of peers) {
    const gate = peer.kind !== 'floor';
    const instance = await peer.create({ Engine, body, filter, order, limit });
    let next = 0;
    const recheck = () => {
      const expected = gate && windowOf(list, frames.slice(0, next));
      if (gate) requireEqual(peer, 'window', instance.window(), expected);
    };
    recheck();
    while (next < GATE_UPDATES) {
      instance.update(frames[next++]);
      recheck();
    }
    contestants.push({
      ...peer,
      name: instance.name ?? peer.name,
      unit: 1,
      primed: true,
      left: () => frames.length - next,
      step: () => instance.update(frames[next++]),
      recheck,
      close: () => instance.close?.(),
    });
  }
  return contestants;
}
