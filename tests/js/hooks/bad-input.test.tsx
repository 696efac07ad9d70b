// @vitest-environment jsdom
import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useRealtimeInfiniteQuery, useRealtimeQuery } from '../../../js/react.ts';
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
    const { result } = renderHook(
      () => useRealtimeQuery({ queryKey: key, queryFn, realtimeEntity: 'projects', ...extra }),
      { wrapper: harness.wrapper },
    );
    return { result, queryFn };
  }

  it.each<[string, () => unknown, object, string]>([
    [
      'a list without rows',
      () => ({ items: [] }),
      {},
      'a list of projects has no array at its root or in data; say where with realtimePath',
    ],
    ['no array at the path', () => [], { realtimePath: 'items' }, "there is no array at 'items'"],
    ['a row without an id', () => [{ id: 1 }, { name: 'x' }], {}, 'id'],
    ['rows that are none', () => [1, 2], {}, ''],
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

  it('pages without rows are told with the key', async () => {
    renderHook(
      () =>
        useRealtimeInfiniteQuery({
          queryKey: key,
          queryFn: async () => ({ items: [] }),
          initialPageParam: 0,
          getNextPageParam: () => null,
          realtimeEntity: 'projects',
        }),
      { wrapper: harness.wrapper },
    );
    await vi.waitFor(() => expect(harness.errors).toHaveLength(1), 5000);
    expect(harness.errors[0]?.message).toBe(
      'query ["projects","list"]: page 0 has no array at its root or in data',
    );
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
    expect(() => checkFilter(filter)).not.toThrow();
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
    expect(() => checkFilter(filter)).toThrow(expect.objectContaining({ code: 'bad_filter' }));
  });
});
