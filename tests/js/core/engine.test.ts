import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Effect } from '../../../js/core/effects.ts';
import { Engine, type EngineConfig } from '../../../js/core/engine.ts';
import { TidemarkError } from '../../../js/core/errors.ts';

const engines: Engine[] = [];

async function engineWith(config: EngineConfig = {}): Promise<Engine> {
  const engine = await Engine.load(config);
  engines.push(engine);
  engine.defineEntity({ name: 'projects', versionField: 'version' });
  return engine;
}

function connected(engine: Engine): number {
  engine.connect(0);
  const open = engine.takeEffects().find((each) => each.op === 'open') as Effect & { op: 'open' };
  engine.linkOpened(open.link, 1);
  return open.link;
}

function event(id: string, action: string, data: unknown): string {
  const timestamp = '2026-01-01T00:00:00Z';
  return JSON.stringify({ type: 'realtime', id, entity: 'projects', action, data, timestamp });
}

function snapshot(engine: Engine, view: number, body: unknown): void {
  engine.endSnapshot(engine.beginSnapshot(view, 2), JSON.stringify(body), 3);
}

afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});

describe('Engine (the compiled core)', () => {
  it('keeps the objects of unchanged rows when an event changes one (I6)', async () => {
    const engine = await engineWith();
    const link = connected(engine);
    const view = engine.observe({ entity: 'projects' }, 2);
    snapshot(engine, view, [
      { id: 1, name: 'Ärzte', version: 1 },
      { id: 2, name: 'b', version: 1 },
    ]);
    const [before] = engine.flush();
    engine.frame(link, event('e1', 'update', { id: 2, name: 'B', version: 2 }), 4);
    const [after] = engine.flush();
    expect(after?.rows).toEqual([
      { id: 1, name: 'Ärzte', version: 1 },
      { id: 2, name: 'B', version: 2 },
    ]);
    expect(after?.rows[0]).toBe(before?.rows[0]);
    expect(engine.flush()).toEqual([]);
  });

  it('inserts, moves and removes under an order', async () => {
    const engine = await engineWith();
    const link = connected(engine);
    const view = engine.observe({ entity: 'projects', order: 'name.asc' }, 2);
    snapshot(engine, view, [{ id: 1, name: 'b', version: 1 }]);
    engine.flush();
    engine.frame(link, event('e1', 'insert', { id: 2, name: 'a', version: 2 }), 4);
    engine.frame(link, event('e2', 'update', { id: 1, name: '_', version: 3 }), 5);
    engine.frame(link, event('e3', 'insert', { id: 3, name: 'c', version: 4 }), 5);
    engine.frame(link, event('e4', 'delete', { id: 2, name: 'a', version: 2 }), 5);
    const [change] = engine.flush();
    expect(change?.rows.map((row) => (row as { id: number }).id)).toEqual([1, 3]);
  });

  it('keeps __proto__ as a plain member', async () => {
    const engine = await engineWith();
    const view = engine.observe({ entity: 'projects' }, 2);
    engine.endSnapshot(engine.beginSnapshot(view, 2), '[{"id":1,"__proto__":{"admin":true}}]', 3);
    const [change] = engine.flush();
    const row = change?.rows[0] as object;
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(Object.keys(row)).toContain('__proto__');
  });

  it('refuses a frame over the limit before copying it, and stays usable', async () => {
    const engine = await engineWith({ maxFrameBytes: 100 });
    const link = connected(engine);
    engine.frame(link, 'x'.repeat(101), 5);
    engine.frame(link, 'not json', 5);
    const codes = engine.takeEffects().flatMap((each) => (each.op === 'error' ? [each.code] : []));
    expect(codes).toEqual(['too_large', 'malformed_json']);
    expect(engine.stats().framesRejected).toBe(2);
  });

  it('turns bad calls into typed errors', async () => {
    const engine = await engineWith();
    expect(() => engine.observe({ entity: 'nope' }, 0)).toThrowError(TidemarkError);
    expect(() => engine.observe({ entity: 'projects', filter: 'x' }, 0)).toThrow(/filter/);
    await expect(Engine.load({ reconnectInterval: -1 })).rejects.toMatchObject({
      code: 'bad_config',
    });
    engine.dispose();
    expect(() => engine.tick(0)).toThrow(/disposed/);
  });

  it('keeps the held rows when a snapshot is not a list', async () => {
    const engine = await engineWith();
    const view = engine.observe({ entity: 'projects' }, 2);
    snapshot(engine, view, [{ id: 1 }]);
    engine.flush();
    const ticket = engine.beginSnapshot(view, 4);
    expect(() => engine.endSnapshot(ticket, '<html>502</html>', 5)).toThrow(TidemarkError);
    expect(() => snapshot(engine, view, [{ name: 'no id' }])).toThrow(/id/);
    expect(engine.flush()).toEqual([]);
    expect(engine.rows(view)).toEqual([{ id: 1 }]);
  });

  it('survives memory growth: a body larger than the initial memory', async () => {
    const engine = await engineWith();
    const view = engine.observe({ entity: 'projects' }, 2);
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `row ${id}`.repeat(20) }));
    snapshot(engine, view, rows);
    expect(engine.flush()[0]?.rows).toEqual(rows);
  });

  it('reads the next frame after the memory grew under its scratch', async () => {
    const engine = await engineWith();
    const link = connected(engine);
    const view = engine.observe({ entity: 'projects' }, 2);
    snapshot(engine, view, [{ id: 1, name: 'a', version: 1 }]);
    engine.frame(link, event('e1', 'update', { id: 1, name: 'ä', version: 2 }), 3);
    // Rows are stored, and the batch is made, after the body has had its room.
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, name: 'row '.repeat(50) }));
    const other = engine.observe({ entity: 'projects' }, 4);
    snapshot(engine, other, rows);
    engine.flush();
    for (const version of [3, 4]) {
      const name = 'é'.repeat(version === 3 ? 1_000_000 : 3);
      engine.frame(link, event(`e${version}`, 'update', { id: 1, name, version }), 5);
      expect(engine.flush()[0]?.rows).toContainEqual({ id: 1, name, version });
    }
  });

  it('shows a pending edit at once and takes back only that edit when it fails (I5)', async () => {
    const engine = await engineWith();
    const link = connected(engine);
    const view = engine.observe({ entity: 'projects' }, 2);
    snapshot(engine, view, [{ id: 1, name: 'a', city: 'x', version: 1 }]);
    const data = { id: 1, name: 'mine' };
    const edit = engine.mutate({ id: 'm1', entity: 'projects', action: 'update', data }, 3);
    expect(engine.flush()[0]?.rows).toMatchObject([{ name: 'mine', city: 'x' }]);
    engine.frame(link, event('e1', 'update', { id: 1, name: 'a', city: 'y', version: 2 }), 4);
    expect(engine.flush()[0]?.rows).toMatchObject([{ name: 'mine', city: 'y' }]);
    engine.fail(edit, false, 5);
    expect(engine.flush()[0]?.rows).toMatchObject([{ name: 'a', city: 'y' }]);
  });

  it('sends again what a failing parse could not take: a snapshot, an event, an edit', async () => {
    const engine = await engineWith();
    const link = connected(engine);
    const view = engine.observe({ entity: 'projects' }, 2);
    /** Lets one flush fail; both sides must agree afterwards as if it had not been tried. */
    const failOnce = (): void => {
      const shown = engine.rows(view);
      const parse = vi.spyOn(JSON, 'parse').mockImplementationOnce(() => {
        throw new SyntaxError('out of memory');
      });
      expect(() => engine.flush()).toThrow('out of memory');
      parse.mockRestore();
      expect(engine.rows(view)).toBe(shown);
    };
    const rows = [
      { id: 1, name: 'a', city: 'x', version: 1 },
      { id: 2, name: 'b', city: 'x', version: 1 },
    ];
    snapshot(engine, view, rows);
    failOnce();
    expect(engine.flush()[0]?.rows).toEqual(rows);
    const first = engine.rows(view)?.[0];

    engine.frame(link, event('e1', 'update', { ...rows[1], name: 'B', version: 2 }), 4);
    failOnce();
    engine.frame(link, event('e2', 'update', { ...rows[1], city: 'y', version: 3 }), 4);
    failOnce();
    expect(engine.flush()[0]?.rows[1]).toEqual({ id: 2, name: 'b', city: 'y', version: 3 });
    expect(engine.rows(view)?.[0]).toBe(first);

    const data = { id: 1, name: 'mine' };
    const edit = engine.mutate({ id: 'm1', entity: 'projects', action: 'update', data }, 5);
    failOnce();
    expect(engine.flush()[0]?.rows[0]).toEqual({ ...rows[0], name: 'mine' });
    engine.fail(edit, false, 6);
    failOnce();
    expect(engine.flush()[0]?.rows[0]).toEqual(rows[0]);

    snapshot(engine, view, [{ id: 3, name: 'c', city: 'z', version: 9 }, rows[0]]);
    failOnce();
    expect(engine.flush()[0]?.rows.map((row) => (row as { id: number }).id)).toEqual([3, 1]);
    expect(engine.flush()).toEqual([]);
  });

  it('keeps every object and nested object that a poll did not change (I6)', async () => {
    const engine = await engineWith();
    const view = engine.observe({ entity: 'projects', live: false }, 2);
    const row = (id: number, progress: number) => ({
      id: `row ${id}`,
      owner: { name: 'someone with a name' },
      progress,
    });
    const rows = Array.from({ length: 50 }, (_, id) => row(id, 0));
    snapshot(engine, view, rows);
    const before = engine.flush()[0]?.rows as typeof rows;
    snapshot(engine, view, [row(99, 0), ...rows.slice(0, 20), row(20, 5), ...rows.slice(21)]);
    const after = engine.flush()[0]?.rows as typeof rows;
    expect(after.filter((each) => before.includes(each)).length).toBe(49);
    expect(after[21]).toEqual(row(20, 5));
    expect(after[21]?.owner).toBe(before[20]?.owner);
    snapshot(engine, view, after);
    expect(engine.flush()).toEqual([]);
  });

  it('refuses a body of 64 MB that breaks off, and keeps what it shows', async () => {
    const engine = await engineWith();
    const view = engine.observe({ entity: 'projects' }, 2);
    snapshot(engine, view, [{ id: 1 }]);
    engine.flush();
    const body = new Uint8Array(64 * 1024 * 1024).fill(0x20);
    body.set(new TextEncoder().encode('[{"id":1},{"id":2}'));
    expect(() => engine.endSnapshot(engine.beginSnapshot(view, 4), body, 5)).toThrow(/JSON/);
    expect(engine.flush()).toEqual([]);
    body[body.length - 1] = 0x5d;
    engine.endSnapshot(engine.beginSnapshot(view, 6), body, 7);
    expect(engine.flush()[0]?.rows).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('says what its rows cost', async () => {
    const engine = await engineWith();
    const view = engine.observe({ entity: 'projects' }, 2);
    const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, text: 'x'.repeat(470) }));
    snapshot(engine, view, rows);
    const size = JSON.stringify(rows).length;
    expect(engine.stats().storeBytes).toBeGreaterThan(size);
    expect(engine.stats().storeBytes).toBeLessThan(size * 1.5);
  });

  it('frees its memory: 200 engines come and go', async () => {
    for (let i = 0; i < 200; i++) {
      const engine = await Engine.load();
      engine.defineEntity({ name: 'projects' });
      const view = engine.observe({ entity: 'projects' }, 0);
      snapshot(engine, view, [{ id: i, text: 'x'.repeat(100_000) }]);
      engine.flush();
      engine.dispose();
    }
  });
});
