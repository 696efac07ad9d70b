// @vitest-environment jsdom
import type { InfiniteData, Query } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { useRealtimeInfiniteQuery, useRealtimeQuery } from '../../../js/react.ts';
import { Harness } from '../support/harness.tsx';

interface Project {
  id: number;
  version: number;
  name: string;
}
interface Page {
  data: Project[];
  next: number | null;
}

const key = ['projects', 'list', 'pages'];
const project = (id: number, version = 1): Project => ({ id, version, name: `p${id}v${version}` });

describe('useRealtimeInfiniteQuery with the real core and a real server', () => {
  let harness: Harness;
  let table: Project[];
  /** Two rows a page, after a given id. */
  const fetchPage = vi.fn(async ({ pageParam }: { pageParam: number }): Promise<Page> => {
    const after = table.filter(({ id }) => id > pageParam);
    const data = after.slice(0, 2);
    return { data, next: after.length > 2 ? (data.at(-1)?.id ?? null) : null };
  });

  beforeEach(async () => {
    harness = await Harness.start({ derivedInterval: 50 });
    table = [10, 20, 30, 40, 50].map((id) => project(id));
    fetchPage.mockClear();
  });
  afterEach(() => harness.stop());

  async function show(
    extra: { realtimeOrder?: string; enableRealtime?: boolean; enabled?: boolean } = {},
    pages = 2,
  ) {
    const { result } = renderHook(
      // All of it is read while rendering, so that any change of it renders.
      () => ({
        ...useRealtimeInfiniteQuery({
          queryKey: key,
          queryFn: fetchPage,
          initialPageParam: 0,
          getNextPageParam: ({ next }: Page) => next,
          realtimeEntity: 'projects',
          realtimeOrder: 'id.asc',
          ...extra,
        }),
      }),
      { wrapper: harness.wrapper },
    );
    if (extra.enabled === false || extra.enableRealtime === false) return result;
    await harness.live(key);
    for (let page = 1; page < pages; page++) await act(() => result.current.fetchNextPage());
    await harness.idle();
    return result;
  }

  type Result = Awaited<ReturnType<typeof show>>;
  const ids = (result: Result) =>
    result.current.data?.pages.map(({ data }) => data.map((row) => row.id));

  const emit = (action: 'insert' | 'update' | 'delete', row: Project) => {
    table = table.filter(({ id }) => id !== row.id);
    if (action !== 'delete') table = [...table, row].sort((a, b) => a.id - b.id);
    harness.server.emit('projects', action, row);
  };

  it('changes rows in the page that they are in, without a request', async () => {
    const result = await show();
    expect(ids(result)).toEqual([
      [10, 20],
      [30, 40],
    ]);
    const before = result.current.data;
    const requests = fetchPage.mock.calls.length;
    emit('update', project(30, 2));
    await vi.waitFor(() => expect(result.current.data?.pages[1]?.data[0]).toEqual(project(30, 2)));
    expect(result.current.data?.pages[0]).toBe(before?.pages[0]);
    expect(result.current.data?.pageParams).toBe(before?.pageParams);
    emit('delete', project(10, 2));
    emit('insert', project(25));
    emit('insert', project(5));
    emit('insert', project(45));
    await vi.waitFor(() =>
      expect(ids(result)).toEqual([
        [5, 20, 25],
        [30, 40],
      ]),
    );
    expect(fetchPage).toHaveBeenCalledTimes(requests);
    expect(harness.errors).toEqual([]);
  });

  it('takes nothing that a persister restores for the server’s', async () => {
    const plain = (id: number, name: string) => ({ id, name }) as Project;
    table = [plain(10, 'new')];
    const listed: unknown[] = [];
    renderHook(
      () => {
        const { data } = useRealtimeQuery({
          queryKey: ['projects', 'list'],
          queryFn: async () => table,
          realtimeEntity: 'projects',
        });
        listed.push(data?.[0]?.name);
      },
      { wrapper: harness.wrapper },
    );
    await harness.live(['projects', 'list']);
    const restored = { pages: [{ data: [plain(10, 'old')], next: null }], pageParams: [0] };
    let answer = (): void => {};
    const asked = new Promise<void>((resolve) => (answer = resolve));
    const { result } = renderHook(
      () =>
        useRealtimeInfiniteQuery({
          queryKey: key,
          queryFn: async (context: { pageParam: number }) => {
            await asked;
            return fetchPage(context);
          },
          initialPageParam: 0,
          getNextPageParam: ({ next }: Page) => next,
          realtimeEntity: 'projects',
          // TanStack Query's types have it for a page.
          persister: (async (fetchPages: () => unknown, _: unknown, query: Query) =>
            query.state.data === undefined ? restored : fetchPages()) as never,
        }),
      { wrapper: harness.wrapper },
    );
    const name = () => result.current.data?.pages[0]?.data[0]?.name;
    await vi.waitFor(() => expect(name()).toBe('old'));
    answer();
    await harness.live(key);
    expect(name()).toBe('new');
    expect(listed).not.toContain('old');
  });

  it('loads further pages with rows that arrived meanwhile', async () => {
    const result = await show();
    emit('insert', project(45));
    emit('update', project(20, 2));
    await vi.waitFor(() => expect(result.current.data?.pages[0]?.data[1]).toEqual(project(20, 2)));
    await act(() => result.current.fetchNextPage());
    const loaded = [
      [10, 20],
      [30, 40],
      [45, 50],
    ];
    // With the core in a worker the page may be drawn a moment after the answer.
    await vi.waitFor(() => expect(ids(result)).toEqual(loaded));
    expect(result.current.data?.pages[0]?.data[1]).toEqual(project(20, 2));
    expect(result.current.hasNextPage).toBe(false);
    // Now the end is loaded, so that a new row belongs there.
    emit('insert', project(60));
    await vi.waitFor(() => expect(ids(result)?.at(-1)).toEqual([45, 50, 60]));
  });

  it('keeps an event that arrives while a page is under way', async () => {
    const result = await show();
    const requests = fetchPage.mock.calls.length;
    const old = table;
    let answer = (): void => {};
    fetchPage.mockImplementationOnce(async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return { data: old.slice(4), next: null };
    });
    const fetched = result.current.fetchNextPage();
    await vi.waitFor(() => expect(harness.queryClient.isFetching()).toBe(1));
    emit('update', project(50, 2));
    emit('delete', project(10, 2));
    await vi.waitFor(() => expect(ids(result)?.[0]).toEqual([20]));
    answer();
    await act(() => fetched);
    await vi.waitFor(() =>
      expect(result.current.data?.pages.map(({ data }) => data)).toEqual([
        [project(20)],
        [project(30), project(40)],
        [project(50, 2)],
      ]),
    );
    expect(fetchPage).toHaveBeenCalledTimes(requests + 1);
  });

  it('is read again when a row comes that has no place without an order', async () => {
    const result = await show({ realtimeOrder: undefined as never });
    const requests = fetchPage.mock.calls.length;
    for (let id = 1; id <= 3; id++) emit('insert', project(id));
    await vi.waitFor(() =>
      expect(ids(result)).toEqual([
        [1, 2],
        [3, 10],
      ]),
    );
    await harness.idle();
    expect(fetchPage).toHaveBeenCalledTimes(requests + 2);
  });

  it('catches up after the link was cut', async () => {
    const result = await show();
    harness.server.cut();
    emit('update', project(40, 2));
    await vi.waitFor(
      () => expect(result.current.data?.pages[1]?.data[1]).toEqual(project(40, 2)),
      5000,
    );
  });

  it.each([{ enableRealtime: false }, { enabled: false }])(
    'opens nothing with %o',
    async (extra) => {
      const result = await show(extra);
      if (!('enabled' in extra)) await vi.waitFor(() => expect(ids(result)).toEqual([[10, 20]]));
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(harness.server.received).toEqual([]);
      expect(result.current.realtime.continuity).toBe('offline');
    },
  );

  it('has the types of useInfiniteQuery', async () => {
    const result = await show({}, 1);
    expectTypeOf(result.current.data).toEqualTypeOf<InfiniteData<Page> | undefined>();
    expectTypeOf(result.current.realtime.status).toBeString();
  });
});
