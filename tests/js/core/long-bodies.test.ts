import { afterEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../js/core/engine.ts';
import { TidemarkError } from '../../../js/core/errors.ts';

/** Bodies of several parts (js/core/engine.ts). */
const engines: Engine[] = [];
const encoder = new TextEncoder();

async function watching(path = ''): Promise<{ engine: Engine; view: number }> {
  const engine = await Engine.load();
  engines.push(engine);
  engine.defineEntity({ name: 'notes', versionField: 'version' });
  return { engine, view: engine.observe({ entity: 'notes', path, live: false }, 1) };
}

function take(engine: Engine, view: number, body: string | Uint8Array): readonly unknown[] {
  engine.endSnapshot(engine.beginSnapshot(view, 2), body, 3);
  engine.flush();
  return engine.rows(view) ?? [];
}

/** Characters of one to four bytes, so that parts end within some of them. */
const note = (id: number, version = 1) => ({
  id,
  version,
  text: `${'x'.repeat(id % 7)}ä€𝄞😀`.repeat(20 + (id % 11)),
});
const notes = (count: number) => Array.from({ length: count }, (_, i) => note(i));

afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});

describe('a body of several parts', () => {
  it.each([
    ['text', (body: string) => body],
    ['bytes', (body: string) => encoder.encode(body)],
  ])('is taken as %s, whole and to the last row', async (_, written) => {
    const { engine, view } = await watching('data');
    const rows = notes(5000);
    const first = take(engine, view, written(JSON.stringify({ data: rows, count: 5000 })));
    expect(first).toEqual(rows);
    rows[0] = note(0, 2);
    rows[2499] = note(2499, 2);
    rows.push(note(7000));
    rows.unshift(note(7001));
    rows.splice(4000, 1);
    const second = take(engine, view, written(JSON.stringify({ data: rows, count: 5001 })));
    expect(second).toEqual(rows);
    // I6: the rows that did not change are the objects that they were.
    expect(second.filter((row) => first.includes(row))).toHaveLength(4997);
  });

  it('has each lone surrogate read as the character for an error, and none besides', async () => {
    const { engine, view } = await watching();
    const rows = notes(3000);
    const body = JSON.stringify(rows).replaceAll('"text":"', '"text":"\ud83d_');
    const expected = rows.map((row) => ({ ...row, text: `\ufffd_${row.text}` }));
    expect(take(engine, view, body)).toEqual(expected);
  });

  it.each([0, 1, 2, 3])('has its first part end within a character (%i)', async (shift) => {
    const { engine, view } = await watching();
    const ascii = Array.from({ length: 5 }, (_, id) => ({ id, text: 'x'.repeat(50_000) }));
    const start = JSON.stringify([...ascii, { id: 9, text: '' }]).length - '"}]'.length;
    const rows = [...ascii, { id: 9, text: `${'x'.repeat(256 * 1024 - start - shift)}😀` }];
    expect(take(engine, view, JSON.stringify(rows))).toEqual(rows);
  });

  it('may hold a row that is longer than a part', async () => {
    const { engine, view } = await watching();
    const rows = [note(1), { id: 2, version: 1, text: 'long '.repeat(200_000) }, note(3)];
    expect(take(engine, view, JSON.stringify(rows))).toEqual(rows);
  });

  it.each([
    ['breaks off', (body: string) => body.slice(0, -10), 'malformed_json'],
    ['goes on after its end', (body: string) => `${body}<html>`, 'malformed_json'],
    [
      'names a row twice',
      (body: string) => body.replace(/\]$/, `,${JSON.stringify(note(5))}]`),
      'duplicate_id',
    ],
    ['has a row without an id', (body: string) => body.replace(/\]$/, ',{}]'), 'missing_id'],
    [
      'is the page of a proxy',
      () => `<html>${' '.repeat(2_000_000)}502 Bad Gateway</html>`,
      'malformed_json',
    ],
  ])('is refused, and the rows stay, when it %s', async (_, spoilt, code) => {
    const { engine, view } = await watching();
    const rows = notes(4000);
    const before = take(engine, view, JSON.stringify(rows));
    rows[3] = note(3, 9);
    const body = spoilt(JSON.stringify([...rows, note(9000)]));
    let thrown: unknown;
    try {
      take(engine, view, body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TidemarkError);
    expect((thrown as TidemarkError).code).toBe(code);
    engine.flush();
    expect(engine.rows(view)).toBe(before);
    expect(engine.stats()).toMatchObject({ rows: 4000, slots: 4000 });
  });
});
