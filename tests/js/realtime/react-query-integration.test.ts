import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  createRealtimeIntegration,
  type RealtimeIntegration,
  type RealtimeIntegrationOptions,
  type TidemarkError,
} from '../../../js/index.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

const key = ['projects', 'list'];
const hash = '["projects","list"]';

describe('createRealtimeIntegration with the real core', () => {
  let server: ProtocolServer;
  let queryClient: QueryClient;
  let integration: RealtimeIntegration;
  let stops: Array<() => void>;
  let rows: unknown[];
  const errors: TidemarkError[] = [];

  beforeEach(async () => {
    server = await ProtocolServer.start();
    queryClient = new QueryClient();
    stops = [];
    errors.length = 0;
    rows = [{ id: 1, version: 1 }];
  });
  afterEach(async () => {
    for (const stop of stops) stop();
    integration.dispose();
    queryClient.clear();
    await server.stop();
  });

  function create(options: RealtimeIntegrationOptions = {}) {
    integration = createRealtimeIntegration(queryClient, {
      websocketUrl: server.url,
      WebSocket,
      reconnectInterval: 20,
      onError: (error) => errors.push(error),
      ...options,
    });
    integration.start();
  }

  /** Shows a list the way the hook does. */
  function show(queryFn: () => unknown = async () => rows) {
    const spec = { queryKey: key, entity: 'projects' };
    const handle = integration.observe(spec);
    const observer = new QueryObserver(queryClient, {
      queryKey: key,
      queryFn: () => integration.fetch(spec, queryFn),
      structuralSharing: (before, after) => integration.share(hash, before, after, true),
    });
    stops.push(
      observer.subscribe(() => {}),
      () => handle.release(),
    );
  }
  const live = () =>
    vi.waitFor(() => expect(integration.realtime(hash).continuity).toBe('live'), 5000);

  it('tells of its status and of each event', async () => {
    const onStatusChange = vi.fn();
    const onEvent = vi.fn();
    create({ onStatusChange, onEvent });
    const listener = vi.fn();
    integration.subscribeStatus(listener);
    show();
    await live();
    expect(integration.status).toBe('connected');
    expect(integration.transport).toBe('websocket');
    expect(onStatusChange.mock.calls).toEqual([['connecting'], ['connected']]);
    expect(listener).toHaveBeenCalledWith(
      expect.objectContaining({ status: 'connected', transport: 'websocket' }),
    );
    const id = server.emit('projects', 'update', { id: 1, version: 2 });
    await vi.waitFor(() => expect(onEvent).toHaveBeenCalledOnce());
    expect(onEvent.mock.calls[0]?.[0]).toMatchObject({ id, entity: 'projects' });
    integration.stop();
    expect(integration.status).toBe('disconnected');
  });

  it('writes a changed query once and an unchanged one never', async () => {
    create();
    show();
    await live();
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
    queryClient.setQueryData(['payments', 'list'], []);
    const set = vi.spyOn(queryClient, 'setQueryData');
    server.emitAll([
      { entity: 'projects', action: 'update', data: { id: 1, version: 2 } },
      { entity: 'projects', action: 'insert', data: { id: 2, version: 1 } },
    ]);
    await vi.waitFor(() => expect(queryClient.getQueryData(key)).toHaveLength(2));
    expect(set.mock.calls.map(([queryKey]) => queryKey)).toEqual([key]);
  });

  it('keeps the very same data over a response that says nothing new', async () => {
    create();
    show(async () => ({ data: rows.map((row) => ({ ...(row as object) })), total: 1 }));
    await live();
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
    const before = queryClient.getQueryData(key);
    await queryClient.refetchQueries({ queryKey: key });
    expect(queryClient.getQueryData(key)).toBe(before);
  });

  it('polls the observed queries while there is no link', async () => {
    server.refusesWebSockets = true;
    server.streamRefusal = { status: 404 };
    create({ fallbackAfter: 1, pollingInterval: 30 });
    const queryFn = vi.fn(async () => rows);
    show(queryFn);
    await vi.waitFor(() => expect(integration.transport).toBe('polling'), 5000);
    expect(integration.status).not.toBe('error');
    rows = [
      { id: 1, version: 1 },
      { id: 2, version: 1 },
    ];
    await vi.waitFor(() => expect(queryClient.getQueryData(key)).toHaveLength(2), 5000);
    expect(integration.realtime(hash)).toMatchObject({ continuity: 'polling', source: 'polling' });
  });

  it('goes on polling after a request that failed', async () => {
    create({ websocketUrl: undefined, pollingInterval: 10 });
    queryClient.setDefaultOptions({ queries: { retry: false } });
    const queryFn = vi.fn(async () => rows);
    show(queryFn);
    await vi.waitFor(() => expect(queryFn.mock.calls.length).toBeGreaterThan(3), 5000);
    queryFn.mockRejectedValueOnce(new Error('down'));
    rows = [{ id: 2, version: 1 }];
    await vi.waitFor(() => expect(queryClient.getQueryData(key)).toEqual(rows), 5000);
    expect(errors).toEqual([]);
  });

  it('brings back no query that was removed, and writes none before its first data', async () => {
    create();
    show();
    await live();
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
    const otherKey = ['projects', 'list', 'other'];
    const set = vi.spyOn(queryClient, 'setQueryData');
    await queryClient.fetchQuery({
      queryKey: otherKey,
      queryFn: () => integration.fetch({ queryKey: otherKey, entity: 'projects' }, () => rows),
    });
    expect(set).not.toHaveBeenCalled();
    queryClient.removeQueries({ queryKey: otherKey });
    server.emit('projects', 'insert', { id: 2, version: 1 });
    await vi.waitFor(() => expect(queryClient.getQueryData(key)).toHaveLength(2));
    expect(queryClient.getQueryData(otherKey)).toBeUndefined();
  });

  it('needs no address to poll', async () => {
    create({ websocketUrl: undefined, pollingInterval: 30 });
    const queryFn = vi.fn(async () => rows);
    show(queryFn);
    await vi.waitFor(() => expect(queryFn.mock.calls.length).toBeGreaterThan(3), 5000);
    expect(server.opened).toBe(0);
  });

  it('counts observers per query, and lets go a second after the last', async () => {
    create();
    const spec = { queryKey: key, entity: 'projects' };
    const first = integration.observe(spec);
    const second = integration.observe({ ...spec, queryKey: [...key] });
    await vi.waitFor(() => expect(integration.stats()?.views).toBe(1));
    first.release();
    first.release();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(integration.stats()?.views).toBe(1);
    second.release();
    integration.observe(spec).release();
    expect(integration.stats()?.views).toBe(1);
    await vi.waitFor(() => expect(integration.stats()?.views).toBe(0), 2000);
  });

  it('takes an entity by its table name', async () => {
    create();
    integration.observe({ queryKey: ['organizations', 'list'], entity: 'ngos' });
    await vi.waitFor(() =>
      expect(server.received).toContainEqual(
        expect.objectContaining({ op: 'subscribe', entity: 'organizations' }),
      ),
    );
    expect(() => integration.observe({ queryKey: ['x'], entity: 'nope' })).toThrow(
      expect.objectContaining({ code: 'unknown_entity' }),
    );
  });

  it('keeps several integrations apart', async () => {
    create();
    show();
    await live();
    const otherClient = new QueryClient();
    const other = createRealtimeIntegration(otherClient, { websocketUrl: server.url, WebSocket });
    other.start();
    await vi.waitFor(() => expect(other.status).toBe('connected'));
    other.dispose();
    server.emit('projects', 'insert', { id: 7, version: 1 });
    await vi.waitFor(() => expect(queryClient.getQueryData(key)).toHaveLength(2));
    expect(errors).toEqual([]);
  });

  it('shows data without waiting for a core that does not load', async () => {
    integration = createRealtimeIntegration(
      queryClient,
      { websocketUrl: server.url, WebSocket, onError: (error) => errors.push(error) },
      { loadEngine: () => Promise.reject(new Error('blocked by CSP')) },
    );
    integration.start();
    show();
    await vi.waitFor(() => expect(queryClient.getQueryData(key)).toEqual(rows));
    await vi.waitFor(() => expect(integration.status).toBe('error'));
    await queryClient.refetchQueries({ queryKey: key });
    expect(queryClient.getQueryData(key)).toEqual(rows);
    expect(errors.map(({ code }) => code)).toEqual(['core_unavailable']);
  });

  it('leaves the query client as it was when disposed', async () => {
    create();
    show();
    await live();
    integration.dispose();
    await vi.waitFor(() => expect(server.connections.size).toBe(0));
    expect(await integration.fetch({ queryKey: key, entity: 'projects' }, () => 5)).toBe(5);
    expect(integration.status).toBe('disconnected');
  });
});
