import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createRealtimeIntegration } from '../../../js/index.ts';
import { FlushQueue } from '../../../js/realtime/flush-queue.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

afterEach(() => vi.restoreAllMocks());

const changesOf = (...views: number[]) => views.map((view) => ({ view, rows: [view] }));

describe('FlushQueue', () => {
  /** Each view takes 4 ms. */
  function showing(queue: FlushQueue, mayRest: boolean, seen: number[] = []) {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const shown: unknown[] = [];
    const rests = queue.show(
      mayRest,
      (view) => seen.includes(view),
      (_, [row]) => {
        now += 4;
        shown.push(row);
      },
    );
    return { shown, rests };
  }

  it('stops when its budget is used up, and goes on', () => {
    const queue = new FlushQueue(7);
    queue.add(changesOf(1, 2, 3));
    expect(showing(queue, true)).toEqual({ shown: [1, 2], rests: true });
    expect(showing(queue, true)).toEqual({ shown: [3], rests: false });
    expect(showing(queue, true)).toEqual({ shown: [], rests: false });
  });

  it('gets on with one at a time however small the budget, and begins with what is seen', () => {
    const queue = new FlushQueue(0);
    queue.add(changesOf(1, 2, 3));
    expect(showing(queue, true, [3])).toEqual({ shown: [3], rests: true });
    expect(showing(queue, true, [3])).toEqual({ shown: [1], rests: true });
  });

  it('shows only the newest rows of what waited', () => {
    const queue = new FlushQueue(0);
    queue.add(changesOf(1, 2));
    showing(queue, true);
    queue.add([{ view: 2, rows: ['newer'] }]);
    expect(showing(queue, true)).toEqual({ shown: ['newer'], rests: false });
  });

  it('shows all when it may not rest, and without a budget', () => {
    for (const [budget, mayRest] of [[0, false] as const, [undefined, true] as const]) {
      const queue = new FlushQueue(budget);
      queue.add(changesOf(1, 2, 3));
      expect(showing(queue, mayRest)).toEqual({ shown: [1, 2, 3], rests: false });
    }
  });
});

describe('the flush options', () => {
  it.each(['microtask', 'frame', 5] as const)(
    'bring every query up to date with %s, a query a turn',
    async (flush) => {
      const server = await ProtocolServer.start();
      const queryClient = new QueryClient();
      const integration = createRealtimeIntegration(queryClient, {
        websocketUrl: server.url,
        WebSocket,
        flush,
        flushBudget: 0,
      });
      integration.start();
      const names = ['a', 'b', 'c'];
      const stops = names.map((name) => {
        const spec = { queryKey: [name], entity: 'projects' };
        const handle = integration.observe(spec);
        const hash = `["${name}"]`;
        const stop = new QueryObserver(queryClient, {
          queryKey: [name],
          queryFn: () => integration.fetch(spec, async () => [{ id: 1, version: 1 }]),
          structuralSharing: (before, after) => integration.share(hash, before, after, true),
        }).subscribe(() => {});
        return () => {
          stop();
          handle.release();
        };
      });
      await vi.waitFor(() => {
        for (const name of names) {
          expect(integration.realtime(`["${name}"]`).continuity).toBe('live');
        }
        expect(queryClient.isFetching()).toBe(0);
      }, 10_000);

      const versionOf = (name: string) =>
        queryClient.getQueryData<Array<{ version: number }>>([name])?.[0]?.version;
      let turn = 0;
      const turnOf = new Map<string, number>();
      queryClient.getQueryCache().subscribe(({ query }) => {
        const name = String(query.queryKey[0]);
        if (versionOf(name) === 2 && !turnOf.has(name)) turnOf.set(name, turn);
      });
      const counting = setInterval(() => turn++, 0);
      // Turns are counted between the rests, whose timers are set later than this one.
      server.emit('projects', 'update', { id: 1, version: 2 });
      await vi.waitFor(() => expect(turnOf.size).toBe(3), 10_000);
      clearInterval(counting);
      expect(names.map(versionOf)).toEqual([2, 2, 2]);
      expect(new Set(turnOf.values()).size).toBeGreaterThan(1);

      for (const stop of stops) stop();
      integration.dispose();
      queryClient.clear();
      await server.stop();
    },
  );
});
