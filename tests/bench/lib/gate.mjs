import { isDeepStrictEqual } from 'node:util';

/** A peer's result differs: no time of it would mean anything. */
export class GateFailure extends Error {}

const byId = (a, b) => (a.id < b.id ? -1 : 1);

/**
 * @param {object} peer `unordered`: it promises no order of its rows
 * @throws GateFailure
 */
export function requireEqual(peer, what, found, expected) {
  const sorted = (rows) => (peer.unordered ? [...rows].sort(byId) : rows);
  if (isDeepStrictEqual(sorted(found), sorted(expected))) return;
  throw new GateFailure(`${peer.name}: ${what}: ${difference(sorted(found), sorted(expected))}`);
}

function difference(found, expected) {
  if (!Array.isArray(found) || !Array.isArray(expected)) return `${found} instead of ${expected}`;
  if (found.length !== expected.length) return `${found.length} rows instead of ${expected.length}`;
  const at = expected.findIndex((row, index) => !isDeepStrictEqual(row, found[index]));
  return `row ${at} is ${JSON.stringify(found[at])} instead of ${JSON.stringify(expected[at])}`;
}

/** Of the rows that are equal in both lists, how many (in %) are the same object. */
export function keptPercent(before, after) {
  const held = new Map(before.map((row) => [row.id, row]));
  let unchanged = 0;
  let kept = 0;
  for (const row of after) {
    const old = held.get(row.id);
    if (old === undefined || !isDeepStrictEqual(old, row)) continue;
    unchanged++;
    if (old === row) kept++;
  }
  return unchanged === 0 ? null : (100 * kept) / unchanged;
}
