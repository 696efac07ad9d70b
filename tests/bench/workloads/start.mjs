// Cold start: a fresh process imports what it needs and shows a list of 100 rows.
import { requireEqual } from '../lib/gate.mjs';

export const name = 'start';
export const title = 'Start: import → first row, a fresh process each time (wall time)';

export const cases = () => [{ rows: 100, change: 'cold process' }];

/** @throws GateFailure when the peer shows something else */
export function requireFirstRow(peer, shown, list) {
  requireEqual(peer, 'number of rows', shown.rows.length, list.length);
  const wanted = shown.unordered ? list.find((row) => row.id === shown.rows[0].id) : list[0];
  const own = (row) =>
    Object.fromEntries(Object.entries(row).filter(([member]) => !member.startsWith('$')));
  requireEqual(peer, 'first row', own(shown.rows[0]), wanted);
}
