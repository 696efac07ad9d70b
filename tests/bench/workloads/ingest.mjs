// Events arrive as text frames for a list that is shown; time is per event, its share of the
// flush that gives the new array included.

import {
  mixedFrames,
  replay,
  staleFrames,
  unobservedFrames,
  updateFrames,
} from '../lib/frames.mjs';
import { requireEqual } from '../lib/gate.mjs';
import { bodyOf, makeRows } from '../lib/rows.mjs';

export const name = 'ingest';
export const title = 'Ingest: text frames → the observed list, a flush every 100 events';

const UPDATES = 'updates';
const REPEATED = 'repeated';
const STALE = 'stale';
const UNOBSERVED = 'unobserved';

export function cases({ quick }) {
  const sizes = quick ? [1000] : [100, 1000, 10_000, 100_000];
  const discarded = quick ? [1000] : [100, 10_000];
  return [
    ...sizes.map((rows) => ({ rows, change: UPDATES })),
    ...discarded.flatMap((rows) =>
      [REPEATED, STALE, UNOBSERVED].map((change) => ({ rows, change })),
    ),
  ];
}

const FLUSH = 100;
/** Enough for the measurements; a frame is new only once. */
const UPDATE_FRAMES = 12_000;
const DISCARDED_FRAMES = 1000;

const takesPart = (peer, change) =>
  change === UPDATES ? !peer.onlyDiscards : peer.discards || peer.kind === 'ours';

/** Peers that pass over the list for each event get fewer of them at large lists. */
const gateFrames = (peer, rows) => (peer.each && rows > 10_000 ? 20 : 400);

const inFlushes = (take, frames, size) => {
  for (let at = 0; at < frames.length; at += size) take(frames.slice(at, at + size));
};

/** A second instance, because the mixed events would leave the timed one with other rows. */
async function checkMixed(peer, list, context) {
  const frames = mixedFrames(list, gateFrames(peer, list.length));
  const instance = await peer.create(context);
  inFlushes(instance.take, frames, peer.each ? 1 : FLUSH);
  requireEqual(peer, 'updates, inserts and deletes', instance.rows(), replay(list, frames));
  await instance.close?.();
}

function discardable(change, list, count) {
  if (change === STALE) return { before: [], frames: staleFrames(list, count) };
  if (change === UNOBSERVED) return { before: [], frames: unobservedFrames(list, count) };
  const frames = updateFrames(list, count);
  return { before: frames, frames };
}

/** Frames in groups of one flush, made once: everybody gets the same. */
function groups(frames, size) {
  const made = [];
  for (let at = 0; at < frames.length; at += size) made.push(frames.slice(at, at + size));
  return made;
}

/**
 * Sets everybody up and checks that all get the same rows.
 *
 * @throws GateFailure
 */
export async function contest({ rows, change }, peers, { Engine, frames: most = UPDATE_FRAMES }) {
  const list = makeRows(rows);
  const context = { Engine, body: bodyOf(list) };
  const playing = peers.filter((peer) => takesPart(peer, change));
  return change === UPDATES
    ? updates(list, playing, context, most)
    : discards(list, playing, context, change, Math.min(most, DISCARDED_FRAMES));
}

async function updates(list, peers, context, most) {
  const frames = updateFrames(list, most);
  const flushes = groups(frames, FLUSH);
  const single = groups(frames, 1);
  const contestants = [];
  for (const peer of peers) {
    const gate = peer.kind !== 'floor';
    if (gate) await checkMixed(peer, list, context);
    const instance = await peer.create(context);
    const input = peer.each ? single : flushes;
    let next = 0;
    contestants.push({
      ...peer,
      unit: peer.each ? 1 : FLUSH,
      primed: true,
      left: () => input.length - next,
      step: () => instance.take(input[next++]),
      recheck() {
        const taken = frames.slice(0, peer.each ? next : next * FLUSH);
        if (gate) requireEqual(peer, 'updates', instance.rows(), replay(list, taken));
      },
      close: () => instance.close?.(),
    });
  }
  return contestants;
}

/** What is sent changes nothing: the list must stay the very same array. */
async function discards(list, peers, context, change, count) {
  const { before, frames } = discardable(change, list, count);
  const flushes = groups(frames, FLUSH);
  const contestants = [];
  for (const peer of peers) {
    const gate = peer.kind !== 'floor';
    const instance = await peer.create(context);
    inFlushes(instance.take, before, FLUSH);
    const held = instance.rows?.();
    if (gate) requireEqual(peer, 'rows before', held, replay(list, before));
    const recheck = () => {
      if (gate) requireEqual(peer, 'the same array', instance.rows() === held, true);
    };
    inFlushes(instance.take, frames, FLUSH);
    recheck();
    let next = 0;
    contestants.push({
      ...peer,
      unit: FLUSH,
      left: () => Number.POSITIVE_INFINITY,
      step: () => instance.take(flushes[next++ % flushes.length]),
      recheck,
      close: () => instance.close?.(),
    });
  }
  return contestants;
}
