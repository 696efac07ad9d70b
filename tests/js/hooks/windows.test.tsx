// @vitest-environment jsdom
import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RealtimeQueryOptions, useRealtimeQuery } from '../../../js/react.ts';
import { Harness } from '../support/harness.tsx';

interface Project {
  id: number;
  version: number;
}

const key = ['projects', 'list', { page: 1 }];
const project = (id: number, version = 1): Project => ({ id, version });

describe('a query of one page', () => {
  let harness: Harness;
  /** The server's, the greatest id first. */
  let rows: Project[];
  /** How many rows the server is asked for, and after how many. */
  let asked: { limit: number; offset: number };
  const fetchPage = vi.fn(async () => ({
    data: rows.slice(asked.offset, asked.offset + asked.limit),
    count: rows.length,
  }));

  beforeEach(async () => {
    harness = await Harness.start();
    rows = [9, 8, 7, 6, 5, 4].map((id) => project(id));
    asked = { limit: 2, offset: 0 };
    fetchPage.mockClear();
  });
  afterEach(() => harness.stop());

  async function show(extra: Partial<RealtimeQueryOptions> = {}) {
    const shown = renderHook(
      () =>
        useRealtimeQuery({
          queryKey: key,
          queryFn: fetchPage,
          realtimeEntity: 'projects',
          realtimeOrder: 'id.desc',
          realtimeLimit: 2,
          ...extra,
        }),
      { wrapper: harness.wrapper },
    );
    await harness.live(key);
    fetchPage.mockClear();
    return () => shown.result.current.data?.data.map(({ id }) => id);
  }

  function insert(id: number): void {
    rows = [...rows, project(id)].sort((a, b) => b.id - a.id);
    harness.server.emit('projects', 'insert', project(id));
  }
  function remove(id: number): void {
    rows = rows.filter((row) => row.id !== id);
    harness.server.emit('projects', 'delete', project(id, 2));
  }

  it('lets the last row go when one comes in before it, without a request', async () => {
    const ids = await show();
    expect(ids()).toEqual([9, 8]);
    insert(10);
    await vi.waitFor(() => expect(ids()).toEqual([10, 9]));
    insert(1);
    await harness.idle();
    expect(ids()).toEqual([10, 9]);
    expect(fetchPage).not.toHaveBeenCalled();
  });

  it('is read again when a row leaves, for the one that comes in from behind', async () => {
    const ids = await show();
    remove(9);
    await vi.waitFor(() => expect(ids()).toEqual([8, 7]));
    expect(fetchPage).toHaveBeenCalledTimes(1);
  });

  it('takes that row from those that the server sent beyond the page', async () => {
    asked.limit = 4;
    const ids = await show();
    expect(ids()).toEqual([9, 8]);
    remove(9);
    await vi.waitFor(() => expect(ids()).toEqual([8, 7]));
    await harness.idle();
    expect(fetchPage).not.toHaveBeenCalled();
  });

  it('may begin further down', async () => {
    asked.offset = 2;
    const ids = await show({ realtimeOffset: 2 });
    expect(ids()).toEqual([7, 6]);
    // Which row comes in from above was never sent.
    insert(10);
    await vi.waitFor(() => expect(ids()).toEqual([8, 7]));
    await harness.idle();
    expect(harness.errors).toEqual([]);
  });

  it.each([
    ['realtimeLimit', 0],
    ['realtimeLimit', 1.5],
    ['realtimeOffset', -1],
    ['realtimeOffset', '2' as never],
  ] as const)('refuses %s %s at the call', (option, value) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const call = () =>
      renderHook(
        () =>
          useRealtimeQuery({
            queryKey: key,
            queryFn: fetchPage,
            realtimeEntity: 'projects',
            [option]: value,
          }),
        { wrapper: harness.wrapper },
      );
    expect(call).toThrow(new RegExp(`${option} must be a whole number of rows`));
    vi.restoreAllMocks();
  });
});
