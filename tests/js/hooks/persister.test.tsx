// @vitest-environment jsdom
import { createAsyncStoragePersister } from '@tanstack/query-async-storage-persister';
import { QueryClient } from '@tanstack/react-query';
import { ReactQueryDevtools } from '@tanstack/react-query-devtools/production';
import { PersistQueryClientProvider } from '@tanstack/react-query-persist-client';
import { act, cleanup, render } from '@testing-library/react';
import { StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  createRealtimeIntegration,
  type RealtimeIntegration,
  type TidemarkError,
} from '../../../js/index.ts';
import {
  type UseRealtimeQueryResult,
  useRealtimeMutation,
  useRealtimeQuery,
} from '../../../js/react.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

interface Project {
  id: number | string;
  version: number;
  name: string;
}

const listKey = ['projects', 'list'];
const detailKey = ['projects', 'detail', 1];
const STORED = 'REACT_QUERY_OFFLINE_CACHE';
const PATIENCE = { timeout: 10_000 };
const project = (id: number, version = 1): Project => ({ id, version, name: `p${id}v${version}` });

interface Shown {
  list: UseRealtimeQueryResult<{ data: Project[] | undefined }>;
  row: { data: Project | undefined };
  edit(row: Partial<Project>, action?: 'insert' | 'update'): Promise<unknown>;
}

// The devtools want to know what jsdom has not: sizes, and whether colours are dark.
Object.assign(window, {
  matchMedia: () => ({ matches: false, addEventListener() {}, removeEventListener() {} }),
  ResizeObserver: class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
});

vi.setConfig({ testTimeout: 30_000 });

/** The cache in the browser's storage, the devtools mounted, StrictMode on. */
describe('beside a persister and the devtools', () => {
  let server: ProtocolServer;
  let rows: Project[];
  let queryClient: QueryClient;
  let integration: RealtimeIntegration;
  const errors: TidemarkError[] = [];
  const list = vi.fn(async () => rows);
  const save = vi.fn(async (_: unknown): Promise<unknown> => null);

  beforeEach(async () => {
    server = await ProtocolServer.start();
    window.localStorage.clear();
    errors.length = 0;
    rows = [project(1), project(2), project(3)];
    list.mockReset().mockImplementation(async () => rows);
    save.mockReset();
  });
  afterEach(async () => {
    leave();
    await server.stop();
    expect(errors).toEqual([]);
  });

  /** A page; what the last one left in the storage is restored. */
  async function open({
    staleTime = 60_000,
    connects = true,
    devtools = false,
    read = async (key: string) => window.localStorage.getItem(key),
  } = {}): Promise<Shown> {
    queryClient = new QueryClient({ defaultOptions: { queries: { staleTime } } });
    integration = createRealtimeIntegration(queryClient, {
      websocketUrl: server.url,
      WebSocket,
      reconnectInterval: 20,
      enablePollingFallback: false,
      onError: (error) => errors.push(error),
    });
    if (connects) integration.start();
    const persister = createAsyncStoragePersister({
      storage: {
        getItem: read,
        setItem: async (...entry) => window.localStorage.setItem(...entry),
        removeItem: async (key) => window.localStorage.removeItem(key),
      },
      throttleTime: 10,
    });
    const shown = {} as Shown;
    function Page() {
      const action = useRealtimeMutation({
        realtimeEntity: 'projects',
        action: 'update',
        mutationFn: (_: Partial<Project>, { data }) => save(data),
      });
      const insert = useRealtimeMutation({
        realtimeEntity: 'projects',
        action: 'insert',
        mutationFn: (_: Partial<Project>, { data }) => save(data),
      });
      shown.list = useRealtimeQuery({
        queryKey: listKey,
        queryFn: list,
        realtimeEntity: 'projects',
      });
      shown.row = useRealtimeQuery({
        queryKey: detailKey,
        queryFn: async () => rows[0] as Project,
        realtimeEntity: 'projects',
      });
      shown.edit = (row, kind = 'update') => (kind === 'insert' ? insert : action).mutateAsync(row);
      // Read in each render, as a page does that says how fresh it is.
      return <p>{shown.list.realtime.continuity}</p>;
    }
    const view = render(
      <StrictMode>
        <PersistQueryClientProvider client={queryClient} persistOptions={{ persister }}>
          <Page />
          <ReactQueryDevtools initialIsOpen={devtools} />
        </PersistQueryClientProvider>
      </StrictMode>,
    );
    await vi.waitFor(
      () => expect(view.container.querySelector('.tsqd-parent-container')).not.toBeNull(),
      PATIENCE,
    );
    return shown;
  }

  function leave() {
    cleanup();
    integration.dispose();
    queryClient.clear();
  }

  const live = (shown: Shown) =>
    vi.waitFor(async () => {
      expect(shown.list.realtime.continuity).toBe('live');
      expect(queryClient.isFetching()).toBe(0);
    }, PATIENCE);

  /** What the storage holds of a query. */
  function stored(key: readonly unknown[] = listKey): unknown {
    const { clientState } = JSON.parse(window.localStorage.getItem(STORED) ?? '{}') as {
      clientState?: { queries: Array<{ queryKey: unknown; state: { data: unknown } }> };
    };
    return clientState?.queries.find(({ queryKey }) => String(queryKey) === String(key))?.state
      .data;
  }
  const expectStored = (data: unknown) =>
    vi.waitFor(() => expect(stored()).toEqual(data), PATIENCE);

  /** A first page, whose rows are in the storage when it is gone. */
  async function pageBefore() {
    await live(await open());
    await expectStored(rows);
    leave();
  }

  it('shows what was restored, says that it is not live, and then follows the events', async () => {
    await pageBefore();
    server.received.length = 0;
    const subscription = expect.objectContaining({ op: 'subscribe', entity: 'projects' });
    let answer = (_: Project[]) => {};
    list.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    rows = [project(1), project(2, 2)];
    const restored = [project(1), project(2), project(3)];
    const shown = await open();
    await vi.waitFor(() => expect(shown.list.data).toEqual(restored), PATIENCE);
    await vi.waitFor(() => expect(list).toHaveBeenCalled(), PATIENCE);
    await vi.waitFor(() => expect(shown.list.realtime.continuity).toBe('catching-up'), PATIENCE);
    await vi.waitFor(() => expect(server.received).toContainEqual(subscription), PATIENCE);
    // Before its rows have come, the view has this one only.
    server.emit('projects', 'insert', project(4));
    await vi.waitFor(() => expect(integration.stats()?.eventsApplied).toBe(1), PATIENCE);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(shown.list.data).toEqual(expect.arrayContaining(restored));
    expect(shown.list.realtime.continuity).toBe('catching-up');
    list.mockImplementation(async () => [...rows, project(4)]);
    answer([...rows, project(4)]);
    await live(shown);
    expect(shown.list.data).toEqual([project(1), project(2, 2), project(4)]);
    server.emit('projects', 'update', project(1, 2));
    server.emit('projects', 'delete', { id: 4 });
    await vi.waitFor(() => expect(shown.list.data).toEqual([project(1, 2), project(2, 2)]));
  });

  it.each([60_000, Number.POSITIVE_INFINITY])(
    'reads again what it restored, though fresh for %s ms',
    async (staleTime) => {
      await pageBefore();
      rows = [project(1, 2), project(2), project(3), project(4)];
      const shown = await open({ staleTime });
      await live(shown);
      expect(shown.list.data).toEqual(rows);
      expect(shown.row.data).toEqual(rows[0]);
    },
  );

  it('reads again what a slow storage gave back after the stream had begun', async () => {
    await pageBefore();
    rows = [project(1, 2), project(2), project(3), project(4)];
    list.mockClear();
    let restore = () => {};
    const slow = new Promise<void>((resolve) => (restore = resolve));
    const shown = await open({
      read: async (key) => {
        await slow;
        return window.localStorage.getItem(key);
      },
    });
    await vi.waitFor(() => expect(integration.status).toBe('connected'), PATIENCE);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(shown.list.data).toBeUndefined();
    expect(list).not.toHaveBeenCalled();
    restore();
    await vi.waitFor(() => expect(shown.list.data).toBeDefined(), PATIENCE);
    await live(shown);
    expect(shown.list.data).toEqual(rows);
    expect(shown.row.data).toEqual(rows[0]);
  });

  it('shows what was restored without a server, and never calls it fresh', async () => {
    await pageBefore();
    const before = list.mock.calls.length;
    const shown = await open({ connects: false });
    await vi.waitFor(() => expect(shown.list.data).toEqual(rows), PATIENCE);
    expect(shown.list.realtime).toMatchObject({ continuity: 'offline', source: null });
    expect(list.mock.calls.length).toBe(before);
  });

  it('stores plain rows as they are shown, after events and edits', async () => {
    const shown = await open();
    await live(shown);
    server.emit('projects', 'update', project(1, 2));
    server.emit('projects', 'insert', project(4));
    const all = [project(1, 2), project(2), project(3), project(4)];
    await vi.waitFor(() => expect(shown.list.data).toEqual(all));
    await expectStored(all);
    await vi.waitFor(() => expect(stored(detailKey)).toEqual(project(1, 2)));
    const saved = { ...project(2, 2), name: 'mine' };
    save.mockResolvedValue(saved);
    await act(() => shown.edit({ id: 2, name: 'mine' }));
    await vi.waitFor(() => expect(shown.list.data?.[1]).toEqual(saved));
    await vi.waitFor(() => expect(stored()).toEqual(shown.list.data), PATIENCE);
  });

  it('stores a pending edit as it is shown, and takes it out when it fails', async () => {
    const shown = await open();
    await live(shown);
    let refuse = (_: Error) => {};
    save.mockImplementation(() => new Promise((_, reject) => (refuse = reject)));
    const edited = shown.edit({ id: 2, name: 'mine' }).catch(() => {});
    const pending = [project(1), { ...project(2), name: 'mine' }, project(3)];
    await vi.waitFor(() => expect(shown.list.data).toEqual(pending));
    await expectStored(pending);
    refuse(new Error('no'));
    await act(() => edited);
    await vi.waitFor(() => expect(shown.list.data).toEqual(rows));
    await expectStored(rows);
  });

  it('shows a pending edit that was restored until the server has told its rows', async () => {
    const first = await open();
    await live(first);
    save.mockImplementation(() => new Promise(() => {}));
    void first.edit({ id: 2, name: 'mine' });
    void first.edit({ name: 'new', version: 0 }, 'insert');
    await vi.waitFor(() => expect(first.list.data).toHaveLength(4));
    const pending = first.list.data;
    await expectStored(pending);
    leave();
    let answer = () => {};
    list.mockImplementation(() => new Promise((resolve) => (answer = () => resolve(rows))));
    const next = await open();
    await vi.waitFor(() => expect(next.list.data).toEqual(pending), PATIENCE);
    await vi.waitFor(() => expect(list).toHaveBeenCalled(), PATIENCE);
    expect(next.list.realtime.continuity).not.toBe('live');
    list.mockImplementation(async () => rows);
    answer();
    await live(next);
    expect(next.list.data).toEqual(rows);
    await expectStored(rows);
  });

  it('keeps the objects of rows that do not change (I6)', async () => {
    await pageBefore();
    const shown = await open({ devtools: true });
    await live(shown);
    const before = shown.list.data ?? [];
    expect(shown.row.data).toBe(before[0]);
    server.emit('projects', 'update', project(2, 2));
    await vi.waitFor(() => expect(shown.list.data?.[1]?.version).toBe(2));
    expect(shown.list.data?.[0]).toBe(before[0]);
    expect(shown.list.data?.[2]).toBe(before[2]);
    expect(shown.row.data).toBe(before[0]);
    // The devtools look at all of it: first they count the fresh ones.
    expect(document.querySelector('.tsqd-queries-container')?.textContent).toMatch(/Mutations2/);
    const array = shown.list.data;
    await act(() => queryClient.refetchQueries({ queryKey: listKey }));
    rows = [project(1), project(2, 2), project(3)];
    await act(() => queryClient.refetchQueries({ queryKey: listKey }));
    expect(shown.list.data).toBe(array);
  });
});
