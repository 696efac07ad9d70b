// @vitest-environment jsdom
import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  useRealtimeInfiniteQuery,
  useRealtimeQuery,
  useRealtimeSuspenseQuery,
} from '../../../js/react.ts';
import { checkFilter } from '../../../js/realtime/query-check.ts';
import { Harness } from '../support/harness.tsx';

const key = ['projects', 'list'];

describe('what is declared wrongly', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.start();
  });
  afterEach(() => harness.stop());

  function show(data: () => unknown, extra: object = {}) {
    const queryFn = vi.fn(async () => data());
    const { result, unmount } = renderHook(
      () => useRealtimeQuery({ queryKey: key, queryFn, realtimeEntity: 'projects', ...extra }),
      { wrapper: harness.wrapper },
    );
    return { result, queryFn, unmount };
  }

  it.each<[string, () => unknown, object, string]>([
    [
      'a list without rows',
      () => ({ items: [] }),
      {},
      'a list of projects has no array at its root or in data; say where with realtimePath',
    ],
    ['no array at the path', () => [], { realtimePath: 'items' }, "there is no array at 'items'"],
    ['nothing', () => null, {}, 'a list of projects has no array at its root or in data'],
    ['nothing at the path', () => null, { realtimePath: 'items' }, "there is no array at 'items'"],
    ['a text', () => 'rows', {}, 'a list of projects has no array at its root or in data'],
    ['an envelope of nothing', () => ({ data: null }), {}, 'a list of projects has no array'],
    ['one row', () => ({ id: 1 }), {}, 'a list of projects has no array'],
    ['a row without an id', () => [{ id: 1 }, { name: 'x' }], {}, 'a row has no id'],
    ['a row whose id is null', () => ({ data: [{ id: null }] }), {}, 'a row has no id'],
    ['a row whose id is an object', () => [{ id: {} }], {}, 'neither text nor number'],
    ['an id twice', () => [{ id: 1 }, { id: 1, name: 'x' }], {}, 'have the same id'],
    ['rows that are none', () => [1, 2], {}, 'no array of objects'],
    ['lists in a list', () => [[{ id: 1 }]], {}, 'no array of objects'],
    ['what is no JSON', () => [{ id: 1n }], {}, 'the data is not JSON'],
  ])('%s is told once, with the key, and refetched from then on', async (_, data, extra, why) => {
    const { result, queryFn } = show(data, extra);
    await vi.waitFor(() => expect(harness.errors).toHaveLength(1), 5000);
    expect(harness.errors[0]?.message).toMatch(/^query \["projects","list"\]: /);
    expect(harness.errors[0]?.message).toContain(why);
    await harness.idle();
    expect(result.current.data).toEqual(data());
    await vi.waitFor(() => expect(harness.subscriptions()).toEqual(['projects']));
    const requests = queryFn.mock.calls.length;
    harness.server.emit('projects', 'insert', { id: 9, version: 1 });
    await vi.waitFor(() => expect(queryFn).toHaveBeenCalledTimes(requests + 1));
    expect(harness.errors).toHaveLength(1);
  });

  it.each([
    ['without rows', { items: [] }, 'page 0 has no array at its root or in data'],
    ['whose rows have no id', { data: [{ name: 'x' }] }, 'a row has no id'],
  ])('pages %s are told once, with the key, and read again', async (_, page, why) => {
    const queryFn = vi.fn(async () => page);
    renderHook(
      () =>
        useRealtimeInfiniteQuery({
          queryKey: key,
          queryFn,
          initialPageParam: 0,
          getNextPageParam: () => null,
          realtimeEntity: 'projects',
        }),
      { wrapper: harness.wrapper },
    );
    await vi.waitFor(() => expect(harness.errors).toHaveLength(1), 5000);
    expect(harness.errors[0]?.message).toContain(`query ["projects","list"]: ${why}`);
    await harness.idle();
    await vi.waitFor(() => expect(harness.subscriptions()).toEqual(['projects']));
    const requests = queryFn.mock.calls.length;
    harness.server.emit('projects', 'insert', { id: 9, version: 1 });
    await vi.waitFor(() => expect(queryFn.mock.calls.length).toBeGreaterThan(requests));
    expect(harness.errors).toHaveLength(1);
  });

  it.each<[string, () => unknown]>([
    ['a list in its place', () => [{ id: 1 }]],
    ['an id that is none', () => ({ id: { $oid: 1 } })],
  ])('a row of another shape, %s, is told with the key, and read again', async (_, data) => {
    const row = ['projects', 'detail', 1];
    const { queryFn } = show(data, { queryKey: row });
    await vi.waitFor(() => expect(harness.errors).toHaveLength(1), 5000);
    expect(harness.errors[0]?.message).toBe(
      `query ["projects","detail",1]: there is no row with a member 'id' at its root or in data`,
    );
    await harness.idle();
    await vi.waitFor(() => expect(harness.subscriptions()).toEqual(['projects id=eq.1']));
    const requests = queryFn.mock.calls.length;
    harness.server.emit('projects', 'update', { id: 1, version: 2 });
    await vi.waitFor(() => expect(queryFn).toHaveBeenCalledTimes(requests + 1));
  });

  it('of two queries only the one whose rows have no id is read again', async () => {
    const good = show(() => [{ id: 1, version: 1 }], { queryKey: [...key, 'good'] });
    const bad = show(() => [{ name: 'x' }]);
    await vi.waitFor(() => expect(harness.errors).toHaveLength(1), 5000);
    await harness.live([...key, 'good']);
    const before = [good, bad].map(({ queryFn }) => queryFn.mock.calls.length);
    harness.server.emit('projects', 'update', { id: 1, version: 2 });
    await vi.waitFor(() => expect(good.result.current.data).toEqual([{ id: 1, version: 2 }]));
    await vi.waitFor(() => expect(bad.queryFn).toHaveBeenCalledTimes((before[1] ?? 0) + 1));
    expect(good.queryFn).toHaveBeenCalledTimes(before[0] ?? 0);
    expect(harness.errors).toHaveLength(1);
  });

  it('is marked stale, and not read, while nobody looks', async () => {
    const { queryFn, unmount } = show(() => [{ name: 'x' }]);
    await vi.waitFor(() => expect(harness.errors).toHaveLength(1), 5000);
    await harness.idle();
    await vi.waitFor(() => expect(harness.subscriptions()).toEqual(['projects']));
    unmount();
    const requests = queryFn.mock.calls.length;
    harness.server.emit('projects', 'update', { id: 1, version: 2 });
    const state = () => harness.queryClient.getQueryState(key);
    await vi.waitFor(() => expect(state()?.isInvalidated).toBe(true));
    await harness.idle();
    expect(queryFn).toHaveBeenCalledTimes(requests);
    expect(state()?.isInvalidated).toBe(true);
  });

  it('an unknown entity is refused at every call, with the known ones', async () => {
    const known = /no entity 'nope'; known are projects, applications \(table volunteer_app/;
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
    const options = { queryKey: key, queryFn: async () => [], realtimeEntity: 'nope' };
    const hooks: Array<() => unknown> = [
      () => useRealtimeQuery(options),
      () => useRealtimeSuspenseQuery(options),
      () =>
        useRealtimeInfiniteQuery({
          ...options,
          initialPageParam: 0,
          getNextPageParam: () => null,
        }),
    ];
    for (const hook of hooks) {
      expect(() => renderHook(hook, { wrapper: harness.wrapper })).toThrow(known);
    }
    quiet.mockRestore();
    const { integration } = harness;
    expect(() => integration.observe({ queryKey: key, entity: 'nope' })).toThrow(known);
    expect(() => integration.entity('nope')).toThrow(known);
    const edit = { action: 'update', data: { id: 1 }, send: async () => null } as const;
    await expect(integration.edit({ ...edit, entity: 'nope' })).rejects.toThrow(known);
    const fetched = integration.fetch({ queryKey: key, entity: 'nope' }, () => []);
    await expect(fetched).rejects.toThrow(known);
  });

  it('a filter and an entity are refused at the call', () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => show(() => [], { realtimeFilter: 'status=active' })).toThrow(
      "'status=active' in realtimeFilter is not column=operator.value; known operators are eq, neq",
    );
    expect(() => show(() => [], { realtimeEntity: ['projects', 'nope'] })).toThrow(
      /no entity 'nope'; known are projects/,
    );
    quiet.mockRestore();
    const malformed = { queryKey: key, entity: 'projects', filter: 'status=active' };
    expect(() => harness.integration.observe(malformed)).toThrow(
      "'status=active' in filter is not column=operator.value; known operators are eq, neq",
    );
  });

  it('a filter that only the core knows to be none is told with the key', async () => {
    show(() => [], { realtimeFilter: 'name=match.(' });
    await vi.waitFor(() => expect(harness.errors).toHaveLength(1), 5000);
    expect(harness.errors[0]).toMatchObject({ code: 'bad_filter' });
    expect(harness.errors[0]?.message).toContain('query ["projects","list"]');
  });
});

describe('checkFilter', () => {
  it.each([
    '',
    'status=eq.active',
    'status=in.(a,b),city=not.eq."a,b"',
    'or=(status.eq.a,and(x.gt.1,y.is.null)),not.and=(a.eq.1,b.eq.2)',
    'details->>lead=eq.Zoë,"odd name"=eq.1',
    'name=eq.a(b,c=eq.2',
    'name=eq.a),c=eq.2',
    'name=eq.5",c=eq.2',
    'name=eq."a\\"b,c",d=eq.1',
    'id=in.()',
    'name=eq.',
  ])('lets %s pass', (filter) => {
    expect(() => checkFilter(filter, 'filter')).not.toThrow();
  });

  it.each([
    'status',
    'status=active',
    'status=equals.active',
    '=eq.1',
    'a=eq.1,b',
    'or=a.eq.1',
    ',',
  ])('refuses %s', (filter) => {
    expect(() => checkFilter(filter, 'filter')).toThrow(
      expect.objectContaining({ code: 'bad_filter' }),
    );
  });
});
