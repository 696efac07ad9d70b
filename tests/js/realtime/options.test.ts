import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it, vi } from 'vitest';
import {
  createPollingFallback,
  createRealtimeIntegration,
  createWebSocketClient,
  getIntegration,
} from '../../../js/index.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { fakeWebSocket } from '../support/fake-links.ts';

const bad = expect.objectContaining({ name: 'TidemarkError', code: 'bad_option' });
const url = 'ws://localhost/realtime';

describe('bad options are refused at the call', () => {
  it.each([
    { url: 'not a url' },
    { url: 'ftp://host/' },
    { url, reconnectInterval: 0 },
    { url, heartbeatInterval: -1 },
    { url, probeInterval: Number.NaN },
    { url, maxReconnectAttempts: -1 },
    { url, fallbackAfter: 0 },
    { url, maxReconnectInterval: 0 },
    { url, linger: -1 },
    { url, dedup: { capacity: 0 } },
    { url, dedup: { ttl: 0 } },
    { url, sseUrl: '//' },
    {},
    { url, dialect: 'supabase', protocol: 'sse' } as const,
    { url, dialect: 'mercure', protocol: 'websocket' } as const,
  ])('createWebSocketClient(%o)', (options) => {
    expect(() => createWebSocketClient(options)).toThrow(bad);
  });
  it('createPollingFallback', () => {
    expect(() => createPollingFallback({ interval: 0 })).toThrow(bad);
    const fallback = createPollingFallback();
    expect(() => fallback.startPolling('a', () => [], { interval: -5 })).toThrow(bad);
    fallback.dispose();
  });
  it.each([
    { websocketUrl: 'nope' },
    { persistEdits: { name: '' } },
    { pollingInterval: 0 },
    { enableWebSocket: true },
    { websocketUrl: url, linger: Number.NaN },
    { websocketUrl: url, sseUrl: '//' },
    { supabase: { url: 'https://ref.supabase.co', key: '' } },
    { flush: -1 },
    { flush: Number.NaN },
    { flush: 'later' as 'frame' },
    { flushBudget: -1 },
  ])('createRealtimeIntegration(%o)', (options) => {
    expect(() => createRealtimeIntegration(new QueryClient(), options)).toThrow(bad);
  });
});

describe('the options of a link', () => {
  const link = {
    protocol: 'sse',
    reconnect: false,
    reconnectInterval: 1,
    maxReconnectInterval: 2,
    maxReconnectAttempts: Infinity,
    heartbeatInterval: 3,
    probeInterval: 4,
    fallbackAfter: 5,
    linger: 0,
    dedup: { capacity: 6, ttl: 7 },
    getToken: () => null,
    shareAcrossTabs: true,
  } as const;
  const config = {
    reconnect: false,
    reconnectInterval: 1,
    maxReconnectInterval: 2,
    maxReconnectAttempts: 0x7fffffff,
    heartbeatInterval: 3,
    probeInterval: 4,
    fallbackAfter: 5,
    linger: 0,
    dedupCapacity: 6,
    dedupTtl: 7,
    dialect: 'native',
    tokens: true,
    relay: true,
    deliverEvents: true,
  };

  it('reach the core from the client', async () => {
    const engine = new FakeEngine();
    const client = createWebSocketClient({ url, ...link }, { loadEngine: engine.load });
    await vi.waitFor(() => expect(engine.config).toEqual({ ...config, transports: ['sse'] }));
    client.dispose();
  });

  it('reach the core from the integration', async () => {
    const engine = new FakeEngine();
    const integration = createRealtimeIntegration(
      new QueryClient(),
      { websocketUrl: url, server: true, ...link },
      { loadEngine: engine.load },
    );
    integration.start();
    await vi.waitFor(() =>
      expect(engine.config).toEqual({ ...config, transports: ['sse', 'polling'] }),
    );
    integration.dispose();
  });

  it('have the core keep edits when that is asked for', async () => {
    const reports: string[] = [];
    for (const persistEdits of [true, {}, { name: 'mine' }]) {
      const engine = new FakeEngine();
      const integration = createRealtimeIntegration(
        new QueryClient(),
        {
          websocketUrl: url,
          server: true,
          persistEdits,
          onError: ({ code }) => reports.push(code),
        },
        { loadEngine: engine.load },
      );
      integration.start();
      await vi.waitFor(() => expect(engine.config).toMatchObject({ keepEdits: true }));
      // There is no IndexedDB here.
      await vi.waitFor(() => expect(reports.splice(0)).toEqual(['edits_not_kept']));
      integration.dispose();
    }
  });

  it('ask for neither tokens nor tabs by default', async () => {
    const engine = new FakeEngine();
    const client = createWebSocketClient({ url }, { loadEngine: engine.load });
    await vi.waitFor(() => expect(engine.config).toMatchObject({ tokens: false, relay: false }));
    client.dispose();
  });
});

describe('createWebSocketClient', () => {
  it('tells the core what was asked for, and connects by itself', async () => {
    const engine = new FakeEngine();
    const client = createWebSocketClient(
      {
        url,
        protocol: 'sse',
        maxReconnectAttempts: Infinity,
        heartbeatInterval: 5,
        WebSocket: fakeWebSocket(),
      },
      { loadEngine: engine.load },
    );
    expect(client.status).toBe('disconnected');
    await Promise.resolve();
    expect(client.status).toBe('connecting');
    await vi.waitFor(() => expect(engine.of('connect')).toHaveLength(1));
    expect(engine.config).toMatchObject({
      transports: ['sse'],
      maxReconnectAttempts: 0x7fffffff,
      heartbeatInterval: 5,
      deliverEvents: true,
    });
    client.dispose();
    expect(client.status).toBe('disconnected');
    expect(engine.disposed).toBe(true);
  });

  it('opens nothing with autoConnect: false', async () => {
    const engine = new FakeEngine();
    const client = createWebSocketClient({ url, autoConnect: false }, { loadEngine: engine.load });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(engine.config).toBeUndefined();
    expect(client.send('x')).toBe(false);
    expect(client.stats()).toBeNull();
    client.dispose();
  });

  it('stays closed when disconnected in the same turn', async () => {
    const engine = new FakeEngine();
    const client = createWebSocketClient({ url }, { loadEngine: engine.load });
    client.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(engine.of('connect')).toEqual([]);
    client.dispose();
  });

  it('gives an event to the handlers of its subscriptions only', async () => {
    const engine = new FakeEngine();
    const all: string[] = [];
    const client = createWebSocketClient(
      { url, autoConnect: false, onMessage: ({ id }) => all.push(id) },
      { loadEngine: engine.load },
    );
    const first = vi.fn();
    const second = vi.fn();
    const end = client.subscribe('projects', 'status=eq.active', first);
    client.subscribe('payments', undefined, second);
    await vi.waitFor(() => expect(engine.of('subscribe')).toHaveLength(2));
    expect(engine.of('subscribe')).toEqual([
      ['projects', 'status=eq.active'],
      ['payments', ''],
    ]);
    const event = {
      type: 'realtime',
      entity: 'projects',
      action: 'update' as const,
      data: { id: 1 },
      timestamp: '2026-01-01T00:00:00Z',
      id: 'e1',
    };
    engine.effects.push({ op: 'event', subs: [1], view: null, repeated: false, event });
    client.send('x');
    expect(first).toHaveBeenCalledExactlyOnceWith(event);
    expect(second).not.toHaveBeenCalled();
    end();
    end();
    expect(engine.of('unsubscribe')).toEqual([[1]]);
    engine.effects.push({
      op: 'event',
      subs: [1],
      view: null,
      repeated: false,
      event: { ...event, id: 'e2' },
    });
    client.send('x');
    expect(first).toHaveBeenCalledOnce();
    expect(all).toEqual(['e1', 'e2']);
    client.dispose();
  });
});

describe('createRealtimeIntegration', () => {
  it('is found by its query client until it is disposed', () => {
    const client = new QueryClient();
    const integration = createRealtimeIntegration(client);
    expect(getIntegration(client)).toBe(integration);
    expect(integration.status).toBe('disconnected');
    integration.dispose();
    expect(getIntegration(client)).toBeUndefined();
  });

  it('lets explicit options win over the environment', async () => {
    vi.stubEnv('REACT_APP_WS_URL', 'ws://env/');
    vi.stubEnv('REACT_APP_POLLING_INTERVAL', '2500');
    vi.stubEnv('REACT_APP_ENABLE_POLLING_FALLBACK', 'false');
    const engine = new FakeEngine();
    const options = { pollingInterval: 99, server: true };
    const integration = createRealtimeIntegration(new QueryClient(), options, {
      loadEngine: engine.load,
    });
    integration.start();
    expect(integration.status).toBe('connecting');
    await vi.waitFor(() => expect(engine.of('connect')).toHaveLength(1));
    expect(engine.config).toMatchObject({
      transports: ['websocket', 'sse'],
      pollingInterval: 99,
    });
    expect(engine.of('defineEntity')).toHaveLength(7);
    vi.unstubAllEnvs();
    integration.dispose();
  });

  it.each([
    ['nothing', {}, ['websocket', 'sse', 'polling']],
    ['no WebSocket', { REACT_APP_ENABLE_WEBSOCKET: 'false' }, ['polling']],
    ['no polling', { REACT_APP_ENABLE_POLLING_FALLBACK: 'false' }, ['websocket', 'sse']],
  ])('uses what the environment leaves on: %s else', async (_, environment, transports) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    vi.stubEnv('REACT_APP_WS_URL', 'ws://env/');
    const engine = new FakeEngine();
    const integration = createRealtimeIntegration(
      new QueryClient(),
      { server: true },
      { loadEngine: engine.load },
    );
    vi.unstubAllEnvs();
    integration.start();
    await vi.waitFor(() => expect(engine.of('connect')).toHaveLength(1));
    expect(engine.config?.transports).toEqual(transports);
    integration.dispose();
  });

  it('is still on a server that renders', async () => {
    const engine = new FakeEngine();
    const load = vi.fn(engine.load);
    const queryClient = new QueryClient();
    const options = { websocketUrl: url };
    const integration = createRealtimeIntegration(queryClient, options, { loadEngine: load });
    const spec = { queryKey: ['projects', 'list'], entity: 'projects' };
    integration.start();
    const handle = integration.observe(spec);
    const rows = [{ id: 1 }];
    await expect(integration.fetch(spec, () => rows)).resolves.toBe(rows);
    handle.release();
    expect(integration.status).toBe('disconnected');
    expect(load).not.toHaveBeenCalled();
    // Also to be disposed of, or not.
    integration.dispose();
  });
});
