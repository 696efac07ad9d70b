import { afterEach, describe, expect, it } from 'vitest';
import { isReady, type Payload, SupabaseStage, type Wanted, watch } from './supabase-stage.ts';

let stage: SupabaseStage;

afterEach(() => stage.end());

describe('bindings', () => {
  it('gives each its own changes, by their place in the join', async () => {
    stage = await SupabaseStage.start();
    const channel = stage.connect().channel('several');
    const seen: string[] = [];
    const on = (name: string, wanted: Wanted) =>
      channel.on(
        'postgres_changes' as never,
        wanted as never,
        ({ eventType, new: row }: Payload) => {
          seen.push(`${name} ${eventType} ${row.id ?? ''}`);
        },
      );
    const projects = { schema: 'public', table: 'projects' };
    on('inserts', { ...projects, event: 'INSERT' });
    on('deletes', { ...projects, event: 'DELETE' });
    on('active', { ...projects, event: '*', filter: 'status=eq.active,budget=gte.10' });
    on('all', { event: '*', schema: 'public' });
    let ready = false;
    channel.on('system', {}, () => {
      ready = true;
    });
    channel.subscribe();
    await expect.poll(() => ready).toBe(true);
    stage.feed.insert('projects', { id: 1, status: 'active', budget: 9 });
    stage.feed.update('projects', { id: 1, status: 'active', budget: 10 });
    stage.feed.delete('projects', { id: 1 });
    stage.feed.insert('volunteers', { id: 2 });
    await expect.poll(() => seen.length).toBe(8);
    expect(seen).toEqual([
      'inserts INSERT 1',
      'all INSERT 1',
      'active UPDATE 1',
      'all UPDATE 1',
      'deletes DELETE ',
      'active DELETE ',
      'all DELETE ',
      'all INSERT 2',
    ]);
  });

  it.each([
    ['name=eq."a,b"', 'a,b', 'a'],
    ['name=neq.a', 'b', 'a'],
    ['name=in.(a,"b,c")', 'b,c', 'c'],
    ['name=not.in.(a,b)', 'c', 'a'],
    ['name=like.a%', 'abc', 'ba'],
    ['name=ilike.A_c', 'abc', 'ac'],
    ['name=match.^a+$', 'aaa', 'ab'],
    ['name=imatch.^A', 'ab', 'ba'],
    ['name=is.null', null, 'a'],
    ['name=not.is.null', 'a', null],
    ['name=isdistinct.a', null, 'a'],
    ['name=lt.9', 8.5, 9],
    ['name=lte.9', 9, 10],
    ['name=gt.9', 10, 9],
    ['name=gte.2026-01-05', '2026-01-05T00:00:00+00:00', '2026-01-04T23:59:59Z'],
    ['name=is.true', true, false],
  ])('filters by %s', async (filter, inside, outside) => {
    stage = await SupabaseStage.start();
    const table = { schema: 'public', table: 'projects' };
    const watched = watch(stage.connect(), { event: '*', ...table, filter });
    await expect.poll(() => isReady(watched)).toBe(true);
    stage.feed.insert('projects', { id: 1, name: outside });
    stage.feed.insert('projects', { id: 2, name: inside });
    await expect.poll(() => watched.changes.length).toBe(1);
    expect(watched.changes[0]?.new).toEqual({ id: 2, name: inside });
  });

  it('says nothing of a row that leaves a filter', async () => {
    stage = await SupabaseStage.start();
    const wanted = { event: '*', schema: 'public', table: 'projects', filter: 'status=eq.active' };
    const watched = watch(stage.connect(), wanted);
    await expect.poll(() => isReady(watched)).toBe(true);
    stage.feed.insert('projects', { id: 1, status: 'active' });
    stage.feed.update('projects', { id: 1, status: 'done' });
    stage.feed.insert('projects', { id: 2, status: 'active' });
    await expect.poll(() => watched.changes.length).toBe(2);
    expect(watched.changes.map(({ eventType }) => eventType)).toEqual(['INSERT', 'INSERT']);
  });

  it.each([
    ['an unknown operator', 'status=resembles.a'],
    ['no operator', 'status'],
    ['what a join without a filter says', 'undefined'],
    ['alternatives', 'or=(a.eq.1,b.eq.2)'],
    ['too many values', `id=in.(${Array.from({ length: 101 }, (_, n) => n).join(',')})`],
  ])(
    'refuses the filter with %s after the join, and leaves the channel open',
    async (_, filter) => {
      stage = await SupabaseStage.start();
      const watched = watch(stage.connect(), {
        event: '*',
        schema: 'public',
        table: 'projects',
        filter,
      });
      await expect.poll(() => watched.systems.length).toBe(1);
      expect(watched.systems[0]).toMatchObject({ extension: 'postgres_changes', status: 'error' });
      expect(watched.systems[0]?.message).toContain('Error parsing `filter` params');
      expect(watched.statuses).toEqual(['SUBSCRIBED']);
    },
  );

  it('refuses it in the answer to a join that waits', async () => {
    stage = await SupabaseStage.start();
    const filter = 'status=resembles.a';
    const wanted = { event: '*', schema: 'public', table: 'projects', filter };
    const watched = watch(stage.connect(), wanted, { postgres_changes_options: { wait: true } });
    await expect.poll(() => watched.statuses).toEqual(['CHANNEL_ERROR']);
    expect(watched.errors[0]).toContain('RealtimeDisabledForConfiguration: Error parsing');
  });

  it('refuses a table and a schema that are not there', async () => {
    stage = await SupabaseStage.start();
    const client = stage.connect();
    const noTable = watch(client, { event: '*', schema: 'public', table: '__proto__?' });
    const noSchema = watch(client, { event: '*', schema: 'secret', table: 'projects' });
    for (const { systems } of [noTable, noSchema]) {
      await expect.poll(() => systems[0]?.message).toContain('Unable to subscribe to changes');
    }
  });
});

describe('records', () => {
  const filtered = { event: '*', schema: 'public', table: 'projects', filter: 'name=eq.A' };

  it('tells no more of a deleted row than its key where rows are secured', async () => {
    stage = await SupabaseStage.start({ rowSecurity: true });
    const watched = watch(stage.connect(), filtered);
    await expect.poll(() => isReady(watched)).toBe(true);
    stage.feed.insert('projects', { id: 1, name: 'A' });
    stage.feed.update('projects', { id: 1, name: 'A', city: 'Lahore' });
    stage.feed.delete('projects', { id: 1 });
    await expect.poll(() => watched.changes.length).toBe(3);
    expect(watched.changes[1]?.old).toEqual({ id: 1, name: 'A' });
    expect(watched.changes[2]).toMatchObject({ eventType: 'DELETE', new: {} });
    expect(watched.changes[2]?.old).toEqual({ id: 1 });
  });

  it('knows no more of a row as it was than its key, as tables are by default', async () => {
    stage = await SupabaseStage.start({ replicaIdentity: 'key' });
    const client = stage.connect();
    const watched = watch(client);
    const other = watch(client, filtered);
    await expect.poll(() => isReady(watched) && isReady(other)).toBe(true);
    stage.feed.insert('projects', { id: 1, name: 'A' });
    stage.feed.update('projects', { id: 1, name: 'A', city: 'Lahore' });
    stage.feed.delete('projects', { id: 1 });
    stage.feed.insert('projects', { id: 2, name: 'A' });
    await expect.poll(() => watched.changes.length).toBe(4);
    expect(watched.changes.slice(1, 3).map(({ old }) => old)).toEqual([{ id: 1 }, { id: 1 }]);
    // The key does not say that the row was in the filter, so nobody there hears of its end.
    await expect.poll(() => other.changes.length).toBe(3);
    expect(other.changes.map(({ eventType }) => eventType)).toEqual(['INSERT', 'UPDATE', 'INSERT']);
  });

  it('sends only the small values of one that is too large', async () => {
    stage = await SupabaseStage.start({ maxRecordBytes: 1000 });
    const watched = watch(stage.connect());
    await expect.poll(() => isReady(watched)).toBe(true);
    const small = 'é'.repeat(31);
    stage.feed.insert('projects', { id: 1, small, name: 'é'.repeat(32), text: 'x'.repeat(1000) });
    await expect.poll(() => watched.changes.length).toBe(1);
    expect(watched.changes[0]?.errors).toEqual(['Error 413: Payload Too Large']);
    expect(watched.changes[0]?.new).toEqual({ id: 1, small });
  });

  it('has only the selected columns and the key', async () => {
    stage = await SupabaseStage.start();
    const table = { schema: 'public', table: 'projects' };
    const watched = watch(stage.connect(), { event: '*', ...table, select: ['name'] });
    await expect.poll(() => isReady(watched)).toBe(true);
    stage.feed.insert('projects', { id: 1, name: 'A', secret: 's' });
    await expect.poll(() => watched.changes[0]?.new).toEqual({ id: 1, name: 'A' });
  });

  it('keeps the digits of numbers', async () => {
    stage = await SupabaseStage.start();
    const watched = watch(stage.connect());
    await expect.poll(() => isReady(watched)).toBe(true);
    const row = '{"id": 1, "budget": 12345678901234567890.12345678901234567890}';
    stage.feed.insert('projects', row);
    await expect.poll(() => watched.changes.length).toBe(1);
    expect(stage.server.sent.at(-1)).toContain(row);
  });
});
