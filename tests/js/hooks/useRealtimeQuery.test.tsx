// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook } from '@testing-library/react';
import { type ReactNode, useRef } from 'react';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  createRealtimeIntegration,
  type RealtimeIntegration,
  type TidemarkError,
} from '../../../js/index.ts';
import { useRealtimeQuery } from '../../../js/react.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

interface Project {
  id: number;
  version: number;
  name: string;
}

const listKey = ['projects', 'list'];
const project = (id: number, version = 1): Project => ({ id, version, name: `p${id}v${version}` });

describe('useRealtimeQuery with the real core and a real server', () => {
  let server: ProtocolServer;
  let queryClient: QueryClient;
  let integration: RealtimeIntegration;
  let rows: Project[];
  const errors: TidemarkError[] = [];
  const list = vi.fn(async () => rows);

  beforeEach(async () => {
    server = await ProtocolServer.start();
    queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
    errors.length = 0;
    list.mockClear();
    list.mockImplementation(async () => rows);
    rows = [project(1), project(2), project(3)];
    integration = createRealtimeIntegration(queryClient, {
      websocketUrl: server.url,
      WebSocket,
      reconnectInterval: 20,
      onError: (error) => errors.push(error),
    });
    integration.start();
  });
  afterEach(async () => {
    cleanup();
    integration.dispose();
    queryClient.clear();
    await server.stop();
  });

  function wrapper({ children }: { children: ReactNode }) {
    return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
  }

  function renderList(
    extra: { enableRealtime?: boolean; enabled?: boolean } = {},
    reactStrictMode = false,
  ) {
    return renderHook(
      () => {
        const renders = useRef(0);
        renders.current++;
        const { data } = useRealtimeQuery({
          queryKey: ['projects', 'list'],
          queryFn: list,
          realtimeEntity: 'projects',
          ...extra,
        });
        return { data, renders };
      },
      { wrapper, reactStrictMode },
    );
  }

  /** Until the list's subscription is in step: nothing that follows is a part of getting there. */
  async function live() {
    await vi.waitFor(
      () => expect(integration.realtime('["projects","list"]').continuity).toBe('live'),
      5000,
    );
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
    await new Promise((resolve) => setTimeout(resolve, 30));
  }

  const emit = (row: Project, action: 'insert' | 'update' | 'delete' = 'update') => {
    rows = rows.filter(({ id }) => id !== row.id);
    if (action !== 'delete') rows = [...rows, row];
    return server.emit('projects', action, row);
  };

  it.each([false, true])('shows inserts, updates and deletes (StrictMode: %s)', async (strict) => {
    const { result } = renderList({}, strict);
    await vi.waitFor(() => expect(result.current.data).toHaveLength(3));
    await live();
    const fetches = list.mock.calls.length;
    emit(project(2, 2));
    await vi.waitFor(() => expect(result.current.data).toContainEqual(project(2, 2)));
    emit(project(4), 'insert');
    await vi.waitFor(() => expect(result.current.data).toContainEqual(project(4)));
    emit(project(1), 'delete');
    await vi.waitFor(() => expect(result.current.data?.map(({ id }) => id)).toEqual([2, 3, 4]));
    expect(list).toHaveBeenCalledTimes(fetches);
    expect(server.received.filter(({ op }) => op === 'subscribe')).toHaveLength(1);
    expect(integration.stats()?.subscriptions).toBe(1);
    expect(errors).toEqual([]);
  });

  it('renders once for a burst and keeps the objects of rows that did not change', async () => {
    const { result } = renderList();
    await vi.waitFor(() => expect(result.current.data).toHaveLength(3));
    await live();
    const before = result.current.data;
    const renders = result.current.renders.current;
    server.emitAll(
      Array.from({ length: 100 }, (_, i) => ({
        entity: 'projects',
        action: 'update' as const,
        data: project(2, i + 2),
      })),
    );
    await vi.waitFor(() => expect(result.current.data?.[1]).toEqual(project(2, 101)));
    expect(result.current.renders.current).toBe(renders + 1);
    expect(result.current.data?.[0]).toBe(before?.[0]);
    expect(result.current.data?.[2]).toBe(before?.[2]);
  });

  it('does not render over a duplicate', async () => {
    const { result } = renderList();
    await vi.waitFor(() => expect(result.current.data).toHaveLength(3));
    await live();
    emit(project(2, 2));
    await vi.waitFor(() => expect(result.current.data?.[1]).toEqual(project(2, 2)));
    const { data, renders } = result.current;
    const seen = renders.current;
    server.repeatLast();
    await vi.waitFor(() => expect(integration.stats()?.duplicates).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(result.current.data).toBe(data);
    expect(renders.current).toBe(seen);
  });

  it('keeps an event that arrived while an older response was under way', async () => {
    const { result } = renderList();
    await vi.waitFor(() => expect(result.current.data).toHaveLength(3));
    await live();
    const old = rows;
    let answer = (_: Project[]): void => {};
    list.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const refetched = queryClient.refetchQueries({ queryKey: listKey });
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(1));
    emit(project(2, 2));
    emit(project(3), 'delete');
    await vi.waitFor(() => expect(result.current.data).toEqual([project(1), project(2, 2)]));
    answer(old);
    await refetched;
    expect(queryClient.getQueryData(listKey)).toEqual([project(1), project(2, 2)]);
    expect(result.current.data).toEqual([project(1), project(2, 2)]);
  });

  it('keeps an event that arrives between a response and its storing', async () => {
    const { result } = renderList();
    await vi.waitFor(() => expect(result.current.data).toHaveLength(3));
    await live();
    const older = result.current.data;
    emit(project(2, 2));
    await vi.waitFor(() => expect(result.current.data).toContainEqual(project(2, 2)));
    // What a rollback does, or a query that stores what it got a moment ago.
    queryClient.setQueryData(listKey, older);
    expect(queryClient.getQueryData(listKey)).toContainEqual(project(2, 2));
  });

  it('gets what it missed while the link was cut', async () => {
    const { result } = renderList();
    await vi.waitFor(() => expect(result.current.data).toHaveLength(3));
    await live();
    server.cut();
    emit(project(2, 2));
    await vi.waitFor(() => expect(result.current.data).toContainEqual(project(2, 2)), 5000);
  });

  it('reads again when the server cannot replay', async () => {
    const { result } = renderList();
    await vi.waitFor(() => expect(result.current.data).toHaveLength(3));
    await live();
    server.epoch = 'epoch-2';
    rows = [project(9)];
    server.cut();
    await vi.waitFor(() => expect(result.current.data).toEqual([project(9)]), 5000);
  });

  it.each([{ enableRealtime: false }, { enabled: false }])(
    'opens nothing with %o',
    async (extra) => {
      integration.stop();
      const { result } = renderList(extra);
      if (!('enabled' in extra)) await vi.waitFor(() => expect(result.current.data).toBe(rows));
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(integration.stats()?.views ?? 0).toBe(0);
      expect(integration.stats()?.subscriptions ?? 0).toBe(0);
      expect(server.received).toEqual([]);
    },
  );

  it('is useQuery without an integration', async () => {
    integration.dispose();
    const { result } = renderHook(
      () =>
        useRealtimeQuery({ queryKey: ['x'], queryFn: async () => 7, realtimeEntity: 'projects' }),
      { wrapper },
    );
    await vi.waitFor(() => expect(result.current.data).toBe(7));
    expectTypeOf(result.current.data).toEqualTypeOf<number | undefined>();
    expect(result.current.realtime).toMatchObject({ status: 'disconnected', source: null });
  });

  it('keeps the shape of a wrapped response, also through select', async () => {
    const queryFn = async () => ({ data: rows, total: rows.length });
    const { result } = renderHook(
      () => ({
        whole: useRealtimeQuery({ queryKey: listKey, queryFn, realtimeEntity: 'projects' }),
        names: useRealtimeQuery({
          queryKey: listKey,
          queryFn,
          realtimeEntity: 'projects',
          select: ({ data }) => data.map(({ name }) => name),
        }),
      }),
      { wrapper },
    );
    await vi.waitFor(() => expect(result.current.whole.data?.total).toBe(3));
    await live();
    emit(project(2, 2));
    await vi.waitFor(() => expect(result.current.names.data).toEqual(['p1v1', 'p2v2', 'p3v1']));
    expect(result.current.whole.data).toEqual({
      data: [project(1), project(2, 2), project(3)],
      total: 3,
    });
    expectTypeOf(result.current.names.data).toEqualTypeOf<string[] | undefined>();
  });

  it('reads once more when something was missed while a request was under way', async () => {
    const { result } = renderList();
    await vi.waitFor(() => expect(result.current.data).toHaveLength(3));
    await live();
    const old = rows;
    let answer = (_: Project[]): void => {};
    list.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    void queryClient.refetchQueries({ queryKey: listKey });
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(1));
    rows = [project(1, 2), project(2, 2)];
    server.resetAll();
    await vi.waitFor(() => expect(integration.stats()?.resets).toBe(1));
    answer(old);
    await vi.waitFor(() => expect(result.current.data).toEqual([project(1, 2), project(2, 2)]));
  });

  it('says once that rows are refused, and shows them as they came', async () => {
    const queryFn = async () => [{ name: 'no id' }];
    const { result } = renderHook(
      () => useRealtimeQuery({ queryKey: listKey, queryFn, realtimeEntity: 'projects' }),
      { wrapper },
    );
    await vi.waitFor(() => expect(errors.map(({ code }) => code)).toEqual(['missing_id']));
    await vi.waitFor(() => expect(result.current.data).toEqual([{ name: 'no id' }]));
    await queryClient.refetchQueries({ queryKey: listKey });
    expect(errors).toHaveLength(1);
  });

  it('reports the error of the query function', async () => {
    list.mockRejectedValue(new Error('down'));
    const { result } = renderHook(
      () =>
        useRealtimeQuery({
          queryKey: listKey,
          queryFn: list,
          realtimeEntity: 'projects',
          retry: false,
        }),
      { wrapper },
    );
    await vi.waitFor(() => expect(result.current.error?.message).toBe('down'));
  });

  it('resubscribes neither for an equal key nor for a quick remount', async () => {
    const first = renderList();
    await vi.waitFor(() => expect(first.result.current.data).toHaveLength(3));
    await live();
    const fetches = list.mock.calls.length;
    first.rerender();
    first.unmount();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const second = renderList();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(second.result.current.data).toHaveLength(3);
    expect(server.received.filter(({ op }) => op !== 'ping')).toHaveLength(1);
    expect(list).toHaveBeenCalledTimes(fetches);
    second.unmount();
    await vi.waitFor(() => expect(integration.stats()?.views).toBe(0), 3000);
    await vi.waitFor(() => expect(integration.stats()?.subscriptions).toBe(0), 5000);
  });

  it('brings data up to date that was cached before it was observed', async () => {
    const first = renderList();
    await vi.waitFor(() => expect(first.result.current.data).toHaveLength(3));
    await live();
    // A second query of the same subscription, its data still fresh for TanStack Query.
    const otherKey = ['projects', 'list', 'other'];
    queryClient.setQueryData(otherKey, [project(1)]);
    const { result } = renderHook(
      () => useRealtimeQuery({ queryKey: otherKey, queryFn: list, realtimeEntity: 'projects' }),
      { wrapper },
    );
    await vi.waitFor(() => expect(result.current.data).toHaveLength(3));
    emit(project(4), 'insert');
    await vi.waitFor(() => expect(result.current.data).toContainEqual(project(4)));
  });

  it('tells how fresh the data is, and renders for that only who reads it', async () => {
    const silent = renderList();
    const { result } = renderHook(
      () =>
        useRealtimeQuery({ queryKey: listKey, queryFn: list, realtimeEntity: 'projects' }).realtime,
      { wrapper },
    );
    await live();
    await vi.waitFor(() =>
      expect(result.current).toMatchObject({
        status: 'connected',
        transport: 'websocket',
        source: 'websocket',
        continuity: 'live',
      }),
    );
    const renders = silent.result.current.renders.current;
    integration.stop();
    await vi.waitFor(() =>
      expect(result.current).toMatchObject({ status: 'disconnected', source: null }),
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(silent.result.current.renders.current).toBe(renders);
  });

  it('throws for an unknown entity, naming the known ones', () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() =>
      renderHook(
        () => useRealtimeQuery({ queryKey: listKey, queryFn: list, realtimeEntity: 'nope' }),
        { wrapper },
      ),
    ).toThrow(/no entity 'nope'; known are projects/);
    quiet.mockRestore();
  });
});
