// Events as text frames of the native protocol, and what they do to a list.
import { random, uuid, whole } from './random.mjs';
import { editRow, makeRow } from './rows.mjs';

export const ENTITY = 'projects';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A frame as a socket hands it over: decoded from bytes. What JSON.stringify returns is still in
 * pieces inside V8, and whoever reads it first would pay for joining them.
 */
export function frameOf(id, action, data, entity = ENTITY) {
  const { updatedAt: timestamp = '2026-01-01T00:00:00.000Z' } = data;
  const text = JSON.stringify({ type: 'realtime', id, entity, action, data, timestamp });
  return decoder.decode(encoder.encode(text));
}

/** `count` updates, each of a random row, each newer than all before it. */
export function updateFrames(rows, count, seed = 7) {
  const next = random(seed);
  const now = [...rows];
  return Array.from({ length: count }, () => {
    const at = whole(next, now.length);
    now[at] = editRow(next, now[at]);
    return frameOf(uuid(next), 'update', now[at]);
  });
}

/** Updates, inserts and deletes together. */
export function mixedFrames(rows, count, seed = 8) {
  const next = random(seed);
  const now = [...rows];
  return Array.from({ length: count }, () => {
    const dice = next();
    if (dice < 0.2) {
      now.push(makeRow(next));
      return frameOf(uuid(next), 'insert', now.at(-1));
    }
    const at = whole(next, now.length);
    if (dice < 0.3 && now.length > 1) {
      const [gone] = now.splice(at, 1);
      return frameOf(uuid(next), 'delete', { ...gone, version: gone.version + 1 });
    }
    now[at] = editRow(next, now[at]);
    return frameOf(uuid(next), 'update', now[at]);
  });
}

/** Events with new ids whose rows are no newer than those that are held. */
export function staleFrames(rows, count, seed = 9) {
  const next = random(seed);
  return Array.from({ length: count }, () =>
    frameOf(uuid(next), 'update', rows[whole(next, rows.length)]),
  );
}

/** Events of an entity that nobody looks at. */
export function unobservedFrames(rows, count, seed = 10) {
  const next = random(seed);
  return Array.from({ length: count }, () => {
    const row = editRow(next, rows[whole(next, rows.length)]);
    return frameOf(uuid(next), 'update', row, 'invoices');
  });
}

/** The plainest account of what frames make of a list, for the gates: slow and obvious. */
export function replay(rows, frames) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const frame of frames) {
    const { entity, action, data } = JSON.parse(frame);
    if (entity !== ENTITY) continue;
    const held = byId.get(data.id);
    if (held && held.version >= data.version) continue;
    if (action === 'delete') byId.delete(data.id);
    else byId.set(data.id, data);
  }
  return [...byId.values()];
}
