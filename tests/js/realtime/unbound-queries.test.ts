import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defaultEntities, findEntity } from '../../../js/entities/definitions.ts';
import { UnboundQueries } from '../../../js/realtime/unbound-queries.ts';

const projects = findEntity(defaultEntities, 'projects');
const settled = () => new Promise((resolve) => setTimeout(resolve, 10));

describe('UnboundQueries', () => {
  const client = new QueryClient();
  const stops: Array<() => void> = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
    client.clear();
  });

  async function show(queryKey: unknown[], queryFn: () => unknown, meta?: Record<string, unknown>) {
    const observer = new QueryObserver(client, { queryKey, queryFn, staleTime: Infinity, meta });
    stops.push(observer.subscribe(() => {}));
    await settled();
  }

  it('reads active queries of the touched row and of lists again, once', async () => {
    const five = vi.fn(() => 1);
    const six = vi.fn(() => 1);
    const list = vi.fn(() => 1);
    const bound = vi.fn(() => 1);
    const other = vi.fn(() => 1);
    const report = vi.fn(() => 1);
    await show(['projects', 'detail', 5], five);
    await show(['projects', 'detail', '6'], six);
    await show(['projects', 'list', { status: 'active' }], list);
    await show(['projects', 'list'], bound);
    await show(['payments', 'list'], other);
    await show(['projects', 'list', 'report'], report, { realtime: false });
    client.setQueryData(['projects', 'detail', 5, 'inactive'], 1);

    const unbound = new UnboundQueries(client, (hash) =>
      hash === '["projects","list"]'
        ? { isInStep: true, entities: [projects], rowId: undefined }
        : undefined,
    );
    unbound.touch(projects, 5);
    unbound.touch(projects, 5);
    unbound.refresh();
    unbound.refresh();
    await settled();
    expect(five).toHaveBeenCalledTimes(2);
    expect(list).toHaveBeenCalledTimes(2);
    for (const untouched of [six, bound, other, report]) expect(untouched).toHaveBeenCalledOnce();
    const inactive = client.getQueryState(['projects', 'detail', 5, 'inactive']);
    expect(inactive?.isInvalidated).toBe(true);
  });

  it('reads derived data at the end of an interval, and knows at once that it is stale', async () => {
    const stats = vi.fn(() => 1);
    await show(['admin', 'stats'], stats);
    vi.useFakeTimers();
    try {
      const unbound = new UnboundQueries(client, () => undefined, 500);
      const burst = async (): Promise<void> => {
        for (let i = 0; i < 100; i++) {
          unbound.touch(projects, i);
          unbound.refresh();
        }
        expect(client.getQueryState(['admin', 'stats'])?.isInvalidated).toBe(true);
        await vi.advanceTimersByTimeAsync(499);
      };
      await burst();
      expect(stats).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(10);
      expect(stats).toHaveBeenCalledTimes(2);
      await burst();
      unbound.dispose();
      await vi.advanceTimersByTimeAsync(1000);
      expect(stats).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('has one request under way and one more to come, however many events arrive', async () => {
    let answer: (value: number) => void = () => {};
    const queryFn = vi.fn(() => new Promise<number>((resolve) => (answer = resolve)));
    void show(['projects', 'detail', 5], queryFn);
    await settled();
    answer(1);
    await settled();
    const unbound = new UnboundQueries(client, () => undefined);
    for (let i = 0; i < 20; i++) {
      unbound.touch(projects, 5);
      unbound.refresh();
    }
    expect(queryFn).toHaveBeenCalledTimes(2);
    answer(2);
    await settled();
    expect(queryFn).toHaveBeenCalledTimes(3);
    answer(3);
    await settled();
    expect(queryFn).toHaveBeenCalledTimes(3);
    expect(client.getQueryData(['projects', 'detail', 5])).toBe(3);
  });
});
