// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createRealtimeIntegration, type RealtimeIntegration } from '../../../js/index.ts';
import { useRealtimeQuery } from '../../../js/react.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

interface Project {
  id: number;
  version: number;
  status: string;
  tier: string;
}

const project = (id: number, status: string, tier: string, version = 1): Project => ({
  id,
  version,
  status,
  tier,
});

describe('components that come and go', () => {
  let server: ProtocolServer;
  let queryClient: QueryClient;
  let integration: RealtimeIntegration;
  let rows: Project[];

  beforeEach(async () => {
    server = await ProtocolServer.start();
    rows = [project(1, 'active', 'a'), project(2, 'done', 'a'), project(3, 'active', 'b')];
    queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
    integration = createRealtimeIntegration(queryClient, {
      websocketUrl: server.url,
      WebSocket,
      reconnectInterval: 20,
      linger: 50,
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

  const passes = (filter: string) => (row: Project) =>
    filter === '' || filter.split('=eq.')[1] === row[filter.split('=eq.')[0] as 'status'];

  function show(filter: string, reactStrictMode = true) {
    return renderHook(
      ({ realtimeFilter }) =>
        useRealtimeQuery({
          queryKey: ['projects', 'list', realtimeFilter],
          queryFn: async () => rows.filter(passes(realtimeFilter)),
          realtimeEntity: 'projects',
          realtimeFilter,
        }),
      { wrapper, reactStrictMode, initialProps: { realtimeFilter: filter } },
    );
  }

  const sent = (op: string) => server.received.filter((message) => message.op === op);
  const held = () => [...server.connections].flatMap(({ subscriptions }) => [...subscriptions]);
  const filters = () => held().map(([, { filter }]) => filter ?? '');
  const live = (filter: string) =>
    vi.waitFor(() => {
      const hash = JSON.stringify(['projects', 'list', filter]);
      expect(integration.realtime(hash).continuity).toBe('live');
    }, 5000);

  it('subscribe once for 20 quick mounts in StrictMode, and leave nothing behind', async () => {
    const first = show('');
    await live('');
    first.unmount();
    for (let i = 0; i < 19; i++) show('').unmount();
    const last = show('');
    server.emit('projects', 'update', project(1, 'active', 'a', 2));
    await vi.waitFor(() => expect(last.result.current.data?.[0]?.version).toBe(2));
    expect(sent('subscribe')).toHaveLength(1);
    expect(sent('unsubscribe')).toEqual([]);
    expect(integration.stats()).toMatchObject({ subscriptions: 1, views: 1 });
    last.unmount();
    await vi.waitFor(() => expect(held()).toEqual([]), 5000);
    expect(sent('subscribe')).toHaveLength(1);
    expect(sent('unsubscribe')).toHaveLength(1);
    expect(integration.stats()).toMatchObject({ subscriptions: 0, views: 0, rows: 0 });
  });

  it('resubscribe when their filter changes, and end the old one', async () => {
    const { result, rerender } = show('status=eq.active');
    await live('status=eq.active');
    rerender({ realtimeFilter: 'status=eq.done' });
    await live('status=eq.done');
    server.emit('projects', 'insert', project(4, 'done', 'b'));
    await vi.waitFor(() => expect(result.current.data?.map(({ id }) => id)).toEqual([2, 4]));
    await vi.waitFor(() => expect(filters()).toEqual(['status=eq.done']), 5000);
    expect(sent('unsubscribe')).toHaveLength(1);
  });

  it('each get the events of overlapping filters', async () => {
    const active = show('status=eq.active');
    const tierA = show('tier=eq.a');
    const all = show('');
    for (const filter of ['status=eq.active', 'tier=eq.a', '']) await live(filter);
    const ids = ({ result }: typeof all) => result.current.data?.map(({ id }) => id);
    server.emit('projects', 'insert', project(4, 'active', 'a'));
    server.emit('projects', 'update', project(1, 'done', 'a', 2));
    server.emit('projects', 'insert', project(5, 'done', 'b'));
    await vi.waitFor(() => expect(ids(all)).toEqual([1, 2, 3, 4, 5]), 5000);
    await vi.waitFor(() => expect(ids(active)).toEqual([3, 4]));
    await vi.waitFor(() => expect(ids(tierA)).toEqual([1, 2, 4]));
    expect(tierA.result.current.data?.[0]?.status).toBe('done');
    expect(integration.stats()?.eventsApplied).toBe(3);
  });
});
