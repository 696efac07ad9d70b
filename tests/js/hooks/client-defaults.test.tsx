// @vitest-environment jsdom
import { type DefaultOptions, focusManager, onlineManager } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useRealtimeQuery } from '../../../js/react.ts';
import { Harness } from '../support/harness.tsx';

interface Project {
  id: number;
  version: number;
  name: string;
}

const key = ['projects', 'list'];
const project = (id: number, version = 1): Project => ({ id, version, name: `p${id}v${version}` });

/** Whatever the query client does by default, the rows follow the server. */
describe('a query client with defaults of its own', () => {
  let harness: Harness;
  let rows: Project[];
  const list = vi.fn(async () => rows);

  beforeEach(async () => {
    harness = await Harness.start({ enablePollingFallback: false });
    rows = [project(1), project(2), project(3)];
    list.mockReset().mockImplementation(async () => rows);
  });
  afterEach(async () => {
    focusManager.setFocused(undefined);
    onlineManager.setOnline(true);
    await harness.stop();
    expect(harness.errors).toEqual([]);
  });

  function show(queries: DefaultOptions['queries'] = {}, queryKey = key) {
    harness.queryClient.setDefaultOptions({ queries });
    return renderHook(
      () => useRealtimeQuery({ queryKey, queryFn: list, realtimeEntity: 'projects' }),
      { wrapper: harness.wrapper, reactStrictMode: true },
    );
  }

  /** Each kind of event changes the list, and leaves the rows that it does not concern. */
  async function expectEvents(shown: ReturnType<typeof show>['result']) {
    const [first, second] = shown.current.data ?? [];
    const requests = list.mock.calls.length;
    harness.server.emit('projects', 'update', project(1, 2));
    harness.server.emit('projects', 'delete', { id: 3 });
    harness.server.emit('projects', 'insert', project(4));
    const expected = [project(1, 2), project(2), project(4)];
    await vi.waitFor(() => expect(shown.current.data).toEqual(expected));
    expect(shown.current.data?.[0]).not.toBe(first);
    expect(shown.current.data?.[1]).toBe(second);
    expect(list.mock.calls.length).toBe(requests);
  }

  it.each<[string, DefaultOptions['queries']]>([
    ['those of TanStack Query', {}],
    ['structuralSharing: false', { structuralSharing: false }],
    ['structuralSharing of its own', { structuralSharing: (_, after) => after }],
    ['staleTime: Infinity', { staleTime: Number.POSITIVE_INFINITY }],
    ["staleTime: 'static'", { staleTime: 'static' }],
    ['gcTime: 0', { gcTime: 0 }],
    ['gcTime: Infinity', { gcTime: Number.POSITIVE_INFINITY }],
    ["networkMode: 'always'", { networkMode: 'always' }],
    ["networkMode: 'offlineFirst'", { networkMode: 'offlineFirst' }],
    ['retry: false', { retry: false }],
    ["refetchOnWindowFocus: 'always'", { refetchOnWindowFocus: 'always' }],
    ['refetchOnMount: false', { refetchOnMount: false, refetchOnReconnect: false }],
    ['throwOnError: true', { throwOnError: true }],
    ['a subset of what is told', { notifyOnChangeProps: ['data'] }],
  ])('events change the rows with %s', async (_, defaults) => {
    const { result } = show(defaults);
    expect(result.current.isLoading).toBe(true);
    await vi.waitFor(() => expect(result.current.data).toEqual(rows));
    expect(result.current).toMatchObject({ isLoading: false, error: null });
    await harness.live(key);
    await expectEvents(result);
  });

  it.each<[string, DefaultOptions['queries']]>([
    ['staleTime: Infinity', { staleTime: Number.POSITIVE_INFINITY }],
    ["staleTime: 'static'", { staleTime: 'static' }],
    ['refetchOnMount: false', { refetchOnMount: false }],
  ])('rows that were cached before are read again with %s', async (_, defaults) => {
    harness.queryClient.setQueryData(key, [project(1), project(9)]);
    const { result } = show(defaults);
    expect(result.current.data).toEqual([project(1), project(9)]);
    await harness.live(key);
    expect(result.current.data).toEqual(rows);
    await expectEvents(result);
  });

  it('with gcTime 0 nothing is left of a query, and it may come back', async () => {
    const other = show({ gcTime: 0 }, [...key, 'other']).result;
    const first = show({ gcTime: 0 });
    await harness.live(key);
    const cache = harness.queryClient.getQueryCache();
    first.unmount();
    await vi.waitFor(() => expect(cache.getAll()).toHaveLength(1));
    const added: unknown[] = [];
    const stop = cache.subscribe(({ type, query }) => {
      if (type === 'added') added.push(query.queryKey);
    });
    rows = [project(1, 2), project(2), project(3)];
    harness.server.emit('projects', 'update', project(1, 2));
    await vi.waitFor(() => expect(other.current.data).toEqual(rows));
    expect(added).toEqual([]);
    stop();
    const { result } = show({ gcTime: 0 });
    await vi.waitFor(() => expect(result.current.data).toEqual(rows));
    harness.server.emit('projects', 'update', project(2, 2));
    await vi.waitFor(() => expect(result.current.data?.[1]).toEqual(project(2, 2)));
  });

  it("with networkMode 'always' it reads though the browser says that it is offline", async () => {
    onlineManager.setOnline(false);
    const { result } = show({ networkMode: 'always' });
    await vi.waitFor(() => expect(result.current.data).toEqual(rows));
    await harness.live(key);
    await expectEvents(result);
  });

  it('with the usual networkMode it waits, says so, and catches up', async () => {
    onlineManager.setOnline(false);
    const { result } = show({});
    await vi.waitFor(() => expect(result.current.fetchStatus).toBe('paused'));
    expect(result.current.realtime.continuity).not.toBe('live');
    onlineManager.setOnline(true);
    await vi.waitFor(() => expect(result.current.data).toEqual(rows), 5000);
    await harness.live(key);
    await expectEvents(result);
  });

  it('with retry: false a failure shows, is not called fresh, and ends with the next read', async () => {
    list.mockRejectedValue(new Error('down'));
    const { result } = show({ retry: false });
    await vi.waitFor(() => expect(result.current.error).toEqual(new Error('down')));
    expect(result.current.realtime.continuity).not.toBe('live');
    // A read that failed may be followed by the one of the subscription, which another would join.
    await harness.idle();
    list.mockReset().mockImplementation(async () => rows);
    await act(() => result.current.refetch());
    await vi.waitFor(() => expect(result.current.data).toEqual(rows));
    await harness.live(key);
    await expectEvents(result);
  });

  it('a read that the focused window began undoes no event', async () => {
    focusManager.setFocused(false);
    const { result } = show({ refetchOnWindowFocus: 'always' });
    await harness.live(key);
    let answer = () => {};
    const old = rows;
    list.mockImplementationOnce(async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return old;
    });
    const requests = list.mock.calls.length;
    focusManager.setFocused(true);
    await vi.waitFor(() => expect(list.mock.calls.length).toBe(requests + 1));
    rows = [project(1, 2), project(2), project(3)];
    harness.server.emit('projects', 'update', project(1, 2));
    await vi.waitFor(() => expect(result.current.data).toEqual(rows));
    answer();
    await harness.idle();
    expect(result.current.data).toEqual(rows);
    expect(list.mock.calls.length).toBe(requests + 1);
  });
});
