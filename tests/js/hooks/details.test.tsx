// @vitest-environment jsdom
import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type RealtimeQueryOptions,
  useRealtimeMutation,
  useRealtimeQuery,
} from '../../../js/react.ts';
import { Harness } from '../support/harness.tsx';

interface Project {
  id: number;
  version: number;
  name: string;
}

const project = (id: number, version = 1): Project => ({ id, version, name: `p${id}v${version}` });
const detailKey = ['projects', 'detail', 2];

describe('a query of one row', () => {
  let harness: Harness;
  /** What the server answers; undefined for 404. */
  let row: Project | undefined;
  const fetchRow = vi.fn(async (): Promise<unknown> => {
    if (!row) throw new Error('404');
    return row;
  });

  beforeEach(async () => {
    harness = await Harness.start();
    row = project(2);
    fetchRow.mockClear();
  });
  afterEach(() => harness.stop());

  function show<T = Project>(
    queryFn: () => Promise<unknown> = fetchRow,
    extra: Partial<RealtimeQueryOptions> & { queryKey?: unknown[] } = {},
  ) {
    const options = { queryKey: detailKey, queryFn: queryFn as () => Promise<T>, ...extra };
    return renderHook(() => useRealtimeQuery({ ...options, realtimeEntity: 'projects' }), {
      wrapper: harness.wrapper,
    });
  }

  const emit = (action: 'insert' | 'update' | 'delete', data: Project) =>
    harness.server.emit('projects', action, data);

  it('is changed in place by an event, without a request', async () => {
    const { result } = show();
    await harness.live(detailKey);
    expect(harness.subscriptions()).toEqual(['projects id=eq.2']);
    const requests = fetchRow.mock.calls.length;
    emit('update', project(2, 2));
    await vi.waitFor(() => expect(result.current.data).toEqual(project(2, 2)));
    emit('update', project(3, 2));
    await harness.idle();
    expect(result.current.data).toEqual(project(2, 2));
    expect(fetchRow).toHaveBeenCalledTimes(requests);
    expect(harness.errors).toEqual([]);
  });

  it('keeps what stands around the row, and shows the object that lists show (I6)', async () => {
    const { result } = show<{ data: Project; links: string[] }>(async () => ({
      data: row,
      links: ['self'],
    }));
    const list = renderHook(
      () =>
        useRealtimeQuery({
          queryKey: ['projects', 'list'],
          queryFn: async () => [project(1), row as Project],
          realtimeEntity: 'projects',
        }),
      { wrapper: harness.wrapper },
    );
    await harness.live(detailKey);
    await harness.live(['projects', 'list']);
    const before = result.current.data;
    emit('update', project(2, 2));
    await vi.waitFor(() => expect(result.current.data?.data).toEqual(project(2, 2)));
    expect(result.current.data?.links).toBe(before?.links);
    expect(result.current.data?.data).toBe(list.result.current.data?.[1]);
  });

  it('finds the row at a path, and by an id that is not in its key', async () => {
    const extra = { queryKey: ['main'], realtimePath: 'answer.project', realtimeId: 2 };
    const { result } = show<{ answer: { project: Project } }>(
      async () => ({ answer: { project: row } }),
      extra,
    );
    await harness.live(['main']);
    emit('update', project(2, 2));
    await vi.waitFor(() => expect(result.current.data?.answer.project).toEqual(project(2, 2)));
  });

  it('is asked for again when its row was deleted, and filled when it is back', async () => {
    const { result } = show();
    await harness.live(detailKey);
    row = undefined;
    emit('delete', project(2, 2));
    await vi.waitFor(() => expect(result.current.error?.message).toBe('404'));
    emit('insert', project(2, 3));
    await vi.waitFor(() => expect(result.current.data).toEqual(project(2, 3)));
    expect(result.current.error).toBeNull();
  });

  it('is asked for again while its row is being deleted here, and kept when that fails', async () => {
    const { result } = renderHook(
      () => ({
        query: useRealtimeQuery({
          queryKey: detailKey,
          queryFn: fetchRow,
          realtimeEntity: 'projects',
        }),
        mutation: useRealtimeMutation({
          realtimeEntity: 'projects',
          action: 'delete',
          mutationFn: (_: { id: number }) => answer,
        }),
      }),
      { wrapper: harness.wrapper },
    );
    let refuse: (reason: Error) => void = () => {};
    const answer = new Promise<never>((_, reject) => (refuse = reject));
    await harness.live(detailKey);
    const requests = fetchRow.mock.calls.length;
    result.current.mutation.mutate({ id: 2 });
    await vi.waitFor(() => expect(fetchRow).toHaveBeenCalledTimes(requests + 1));
    expect(result.current.query.data).toEqual(project(2));
    refuse(new Error('no'));
    await harness.idle();
    harness.server.emit('projects', 'update', project(2, 2));
    await vi.waitFor(() => expect(result.current.query.data).toEqual(project(2, 2)));
  });

  it('is only marked stale when its row was deleted and nobody looks', async () => {
    const { unmount } = show();
    await harness.live(detailKey);
    unmount();
    const requests = fetchRow.mock.calls.length;
    emit('delete', project(2, 2));
    await vi.waitFor(() =>
      expect(harness.queryClient.getQueryState(detailKey)?.isInvalidated).toBe(true),
    );
    expect(fetchRow).toHaveBeenCalledTimes(requests);
  });

  it('may hold null for a row that is yet to come', async () => {
    row = undefined;
    const { result } = show<Project | null>(async () => row ?? null);
    await harness.live(detailKey);
    await vi.waitFor(() => expect(result.current.data).toBeNull());
    emit('insert', project(2));
    await vi.waitFor(() => expect(result.current.data).toEqual(project(2)));
  });

  it('is asked for again when the row comes that the server did not have', async () => {
    row = undefined;
    const { result } = show();
    await vi.waitFor(() => expect(result.current.error?.message).toBe('404'));
    await vi.waitFor(() => expect(harness.subscriptions()).toHaveLength(1), 5000);
    row = project(2, 5);
    emit('insert', row);
    await vi.waitFor(() => expect(result.current.data).toEqual(project(2, 5)));
  });

  it('catches up after the link was cut', async () => {
    const { result } = show();
    await harness.live(detailKey);
    harness.server.cut();
    row = project(2, 2);
    emit('update', row);
    await vi.waitFor(() => expect(result.current.data).toEqual(project(2, 2)), 5000);
  });

  it('shows a pending edit, and takes it back when that fails', async () => {
    const { result } = renderHook(
      () => ({
        query: useRealtimeQuery({
          queryKey: detailKey,
          queryFn: fetchRow as () => Promise<Project>,
          realtimeEntity: 'projects',
        }),
        mutation: useRealtimeMutation({
          realtimeEntity: 'projects',
          action: 'update',
          mutationFn: (_: Partial<Project>) => answer,
        }),
      }),
      { wrapper: harness.wrapper },
    );
    let refuse: (reason: Error) => void = () => {};
    const answer = new Promise<never>((_, reject) => (refuse = reject));
    await harness.live(detailKey);
    result.current.mutation.mutate({ id: 2, name: 'mine' });
    await vi.waitFor(() => expect(result.current.query.data?.name).toBe('mine'));
    refuse(new Error('no'));
    await vi.waitFor(() => expect(result.current.query.data).toEqual(project(2)));
  });

  it('is read again when its key names the row in another way', async () => {
    const slugKey = ['projects', 'detail', 'a-slug'];
    const { result } = show(fetchRow, { queryKey: slugKey });
    await vi.waitFor(() => expect(result.current.data).toEqual(project(2)));
    await vi.waitFor(() => expect(harness.subscriptions()).toEqual(['projects id=eq.2']), 5000);
    await harness.idle();
    row = project(2, 2);
    emit('update', row);
    await vi.waitFor(() => expect(result.current.data).toEqual(project(2, 2)));
    expect(harness.errors).toEqual([]);
  });

  it('says that there is no row, naming the key, and goes on by refetching', async () => {
    let name = 'one';
    const { result } = show<{ title: string }>(async () => ({ title: name }));
    await vi.waitFor(() => expect(harness.errors).toHaveLength(1));
    expect(harness.errors[0]?.message).toBe(
      `query ["projects","detail",2]: there is no row with a member 'id' at its root or in data`,
    );
    await harness.idle();
    name = 'two';
    emit('update', project(2, 2));
    await vi.waitFor(() => expect(result.current.data).toEqual({ title: 'two' }));
    expect(harness.errors).toHaveLength(1);
  });
});
