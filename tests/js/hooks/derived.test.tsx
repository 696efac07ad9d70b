// @vitest-environment jsdom
import { useQuery } from '@tanstack/react-query';
import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useRealtimeQuery } from '../../../js/react.ts';
import { Harness } from '../support/harness.tsx';

const statsKey = ['admin', 'stats'];

describe('a query that is derived from rows', () => {
  let harness: Harness;
  let total: number;
  let events: number;
  const fetchTotal = vi.fn(async () => ({ total }));

  beforeEach(async () => {
    events = 0;
    harness = await Harness.start({ derivedInterval: 100, onEvent: () => events++ });
    total = 1;
    fetchTotal.mockClear();
  });
  afterEach(() => harness.stop());

  const render = (realtimeEntity: string | string[], queryKey: readonly string[] = statsKey) =>
    renderHook(() => useRealtimeQuery({ queryKey, queryFn: fetchTotal, realtimeEntity }), {
      wrapper: harness.wrapper,
    });

  /** Until it has its subscriptions and has been read once more after them. */
  async function settled(subscriptions: string[]) {
    await vi.waitFor(() => expect(harness.subscriptions()).toEqual(subscriptions), 5000);
    await vi.waitFor(() => expect(fetchTotal.mock.calls.length).toBeGreaterThan(1), 5000);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await harness.idle();
  }

  it('listens to all its entities and is read again when one of them changes', async () => {
    const { result, unmount } = render(['projects', 'payment_approvals']);
    await settled(['payments', 'projects']);
    total = 2;
    harness.server.emit('payments', 'insert', { id: 1, version: 1 });
    await vi.waitFor(() => expect(result.current.data).toEqual({ total: 2 }), 5000);
    const requests = fetchTotal.mock.calls.length;
    harness.server.emit('volunteers', 'insert', { id: 1, version: 1 });
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(fetchTotal).toHaveBeenCalledTimes(requests);
    unmount();
    await vi.waitFor(() => expect(harness.subscriptions()).toEqual([]), 5000);
    expect(harness.errors).toEqual([]);
  });

  it('is read a few times for a burst of 1,000 events', async () => {
    const { result } = render(['projects']);
    await settled(['projects']);
    const requests = fetchTotal.mock.calls.length;
    for (let i = 0; i < 100; i++) {
      const rows = Array.from({ length: 10 }, (_, j) => ({ id: i * 10 + j, version: 1 }));
      total += rows.length;
      harness.server.emitAll(
        rows.map((data) => ({ entity: 'projects', action: 'insert' as const, data })),
      );
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(result.current.data).toEqual({ total: 1001 }), 5000);
    await vi.waitFor(() => expect(events).toBe(1000), 5000);
    await harness.idle();
    expect(result.current.data).toEqual({ total: 1001 });
    expect(fetchTotal.mock.calls.length - requests).toBeLessThanOrEqual(10);
  });

  it('is only marked stale when nobody looks', async () => {
    const { unmount } = render(['projects']);
    await settled(['projects']);
    unmount();
    const requests = fetchTotal.mock.calls.length;
    harness.server.emit('projects', 'insert', { id: 1, version: 1 });
    await vi.waitFor(() =>
      expect(harness.queryClient.getQueryState(statsKey)?.isInvalidated).toBe(true),
    );
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(fetchTotal).toHaveBeenCalledTimes(requests);
  });

  it('is read again after a reconnect, since no view knows what it missed', async () => {
    const { result } = render(['projects']);
    await settled(['projects']);
    total = 2;
    harness.server.cut();
    await vi.waitFor(() => expect(result.current.data).toEqual({ total: 2 }), 5000);
  });

  it('of a plain useQuery is read again when a list was told that something was missed', async () => {
    const { result } = renderHook(
      () => {
        useRealtimeQuery({
          queryKey: ['projects', 'list'],
          queryFn: async () => [{ id: 1, version: 1 }],
          realtimeEntity: 'projects',
        });
        return useQuery({ queryKey: statsKey, queryFn: fetchTotal });
      },
      { wrapper: harness.wrapper },
    );
    await harness.live(['projects', 'list']);
    total = 3;
    harness.server.resetAll();
    await vi.waitFor(() => expect(result.current.data).toEqual({ total: 3 }), 5000);
  });

  it('is read again when its own events begin anew', async () => {
    const { result } = render(['projects', 'volunteers']);
    await settled(['projects', 'volunteers']);
    total = 3;
    harness.server.resetAll();
    await vi.waitFor(() => expect(result.current.data).toEqual({ total: 3 }), 5000);
  });

  it('is found by the entity’s declaration when it listens to nothing itself', async () => {
    const { result } = renderHook(
      () => {
        useRealtimeQuery({
          queryKey: ['projects', 'list'],
          queryFn: async () => [{ id: 1, version: 1 }],
          realtimeEntity: 'projects',
        });
        return useRealtimeQuery({
          queryKey: statsKey,
          queryFn: fetchTotal,
          realtimeEntity: ['volunteers'],
        });
      },
      { wrapper: harness.wrapper },
    );
    await harness.live(['projects', 'list']);
    await settled(['projects', 'volunteers']);
    total = 5;
    harness.server.emit('projects', 'update', { id: 1, version: 2 });
    await vi.waitFor(() => expect(result.current.data).toEqual({ total: 5 }), 5000);
  });

  it('may be any data of one entity, under any key', async () => {
    const { result } = render('projects', ['how', 'many']);
    await vi.waitFor(() => expect(harness.subscriptions()).toEqual(['projects']), 5000);
    await harness.idle();
    total = 7;
    harness.server.emit('projects', 'insert', { id: 9, version: 1 });
    await vi.waitFor(() => expect(result.current.data).toEqual({ total: 7 }), 5000);
    expect(harness.errors).toEqual([]);
  });
});

describe('a query that is derived from rows, without a link', () => {
  it('is polled as lists are, and says so', async () => {
    const harness = await Harness.start({ enableWebSocket: false, pollingInterval: 30 });
    let total = 1;
    const { result, unmount } = renderHook(
      () => {
        const { data, realtime } = useRealtimeQuery({
          queryKey: statsKey,
          queryFn: async () => ({ total }),
          realtimeEntity: ['projects', 'payments'],
        });
        return { data, realtime };
      },
      { wrapper: harness.wrapper },
    );
    await vi.waitFor(() => expect(result.current.data).toEqual({ total: 1 }));
    total = 2;
    await vi.waitFor(() => expect(result.current.data).toEqual({ total: 2 }), 5000);
    await vi.waitFor(() =>
      expect(result.current.realtime).toMatchObject({ continuity: 'polling', source: 'polling' }),
    );
    expect(harness.errors).toEqual([]);
    unmount();
    await vi.waitFor(() => expect(harness.integration.stats()?.views).toBe(0), 5000);
    await harness.stop();
  });
});
