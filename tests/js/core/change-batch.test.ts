import { describe, expect, it } from 'vitest';
import { Materialiser } from '../../../js/core/change-batch.ts';

type Op = [kind: 0 | 1 | 2 | 3, slot: number, from: number, to: number];
interface Parts {
  rows?: [slot: number, kind: 1 | 2 | 5, json?: string][];
  lists?: [view: number, slots: number[]][];
  ops?: [view: number, ops: Op[]][];
}

/** A batch as `src/change/batch.h` draws it. */
function batchOf({ rows = [], lists = [], ops = [] }: Parts): Uint8Array {
  const views = [
    ...lists.flatMap(([view, slots]) => [view, 1, slots.length, ...slots]),
    ...ops.flatMap(([view, list]) => [view, 0, list.length, ...list.flat()]),
  ];
  const entries = rows.flatMap((row) => row.slice(0, 2) as number[]);
  const text = `[${rows.flatMap(([, , json]) => (json === undefined ? [] : [json])).join(',')}]`;
  const json = new TextEncoder().encode(text);
  const jsonStart = (6 + entries.length + views.length) * 4;
  const header = [
    0x314d4454,
    rows.length,
    lists.length + ops.length,
    views.length,
    jsonStart,
    json.length,
  ];
  const batch = new Uint8Array(jsonStart + json.length);
  batch.set(new Uint8Array(new Uint32Array([...header, ...entries, ...views]).buffer));
  batch.set(json, jsonStart);
  return batch;
}

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('Materialiser', () => {
  it('sets the members that changed on a copy of the row', () => {
    const materialiser = new Materialiser();
    const row = '{"id":1,"name":"a","tags":["x"],"__proto__":{"admin":true}}';
    materialiser.apply(batchOf({ rows: [[3, 1, row]], lists: [[1, [3]]] }));
    const before = materialiser.rows(1)?.[0] as { tags: unknown };
    materialiser.apply(batchOf({ rows: [[3, 5, '{"name":"b"}']], ops: [[1, [[3, 3, 0, 0]]]] }));
    const after = materialiser.rows(1)?.[0] as { tags: unknown };
    expect(JSON.stringify(after)).toBe(row.replace('"a"', '"b"'));
    expect(JSON.stringify(before)).toBe(row);
    expect(after.tags).toBe(before.tags);
    expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
  });

  it('changes nothing when members come for a row that it does not have', () => {
    const materialiser = new Materialiser();
    materialiser.apply(batchOf({ rows: [[0, 1, '{"id":1}']], lists: [[1, [0]]] }));
    const before = materialiser.rows(1);
    const bad: Parts = {
      rows: [
        [0, 1, '{"id":2}'],
        [9, 5, '{"a":1}'],
      ],
      lists: [[1, []]],
    };
    expect(() => materialiser.apply(batchOf(bad))).toThrow(/no object/);
    expect(materialiser.rows(1)).toBe(before);
    materialiser.apply(batchOf({ ops: [[1, [[3, 0, 0, 0]]]] }));
    expect(materialiser.rows(1)).toEqual([{ id: 1 }]);
  });

  it('counts the objects that it holds', () => {
    const materialiser = new Materialiser();
    materialiser.apply(
      batchOf({
        rows: [
          [5, 1, '{"id":1}'],
          [7, 1, '{"id":2}'],
        ],
      }),
    );
    materialiser.apply(batchOf({ rows: [[5, 1, '{"id":3}']] }));
    expect(materialiser.objectCount).toBe(2);
    materialiser.apply(batchOf({ rows: [[5, 2]] }));
    expect(materialiser.objectCount).toBe(1);
  });

  it('shows the same after many moves in a long list as one splice at a time would', () => {
    const random = seeded(1);
    for (const length of [1, 511, 512, 513, 3_000]) {
      const slots = Array.from({ length }, (_, slot) => slot);
      const materialiser = new Materialiser();
      materialiser.apply(
        batchOf({
          rows: Array.from({ length: length + 400 }, (_, slot) => [slot, 1, `{"id":${slot}}`]),
          lists: [[1, slots]],
        }),
      );
      const before = materialiser.rows(1);
      const expected = slots.slice();
      let next = length;
      const ops: Op[] = Array.from({ length: 400 }, () => {
        const at = random(expected.length);
        const kind = expected.length < 2 ? 0 : (random(4) as Op[0]);
        if (kind === 0) {
          const to = random(expected.length + 1);
          expected.splice(to, 0, next);
          return [0, next++, 0, to];
        }
        const slot = expected[at] as number;
        if (kind === 1) expected.splice(at, 1);
        if (kind !== 2) return [kind, slot, at, 0];
        expected.splice(at, 1);
        const to = random(expected.length + 1);
        expected.splice(to, 0, slot);
        return [2, slot, at, to];
      });
      materialiser.apply(batchOf({ ops: [[1, ops]] }));
      const ids = materialiser.rows(1)?.map((row) => (row as { id: number }).id);
      expect(ids).toEqual(expected);
      expect(before?.length).toBe(length);
    }
  });
});
