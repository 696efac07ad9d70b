// Deep equality row by row, keyed by id: what people write when replaceEqualDeep is too coarse.
import { dequal } from 'dequal/lite';
import { deepEqual } from 'fast-equals';
import { parseBody } from '../lib/rows.mjs';

function keyed(equal, first) {
  let rows = first;
  let byId = new Map(rows.map((row) => [row.id, row]));
  return (body) => {
    const parsed = parseBody(body);
    let same = parsed.length === rows.length;
    for (let at = 0; at < parsed.length; at++) {
      const row = parsed[at];
      const held = byId.get(row.id);
      if (held !== undefined && equal(held, row)) parsed[at] = held;
      else byId.set(row.id, row);
      if (parsed[at] !== rows[at]) same = false;
    }
    if (same) return rows;
    if (byId.size > parsed.length) byId = new Map(parsed.map((row) => [row.id, row]));
    rows = parsed;
    return rows;
  };
}

const peer = (name, equal) => ({
  name,
  kind: 'library',
  create: ({ body }) => ({ poll: keyed(equal, parseBody(body)) }),
});

export const poll = [
  peer('fast-equals, row by row', deepEqual),
  peer('dequal, row by row', dequal),
];
