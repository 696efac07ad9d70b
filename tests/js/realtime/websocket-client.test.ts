import { EventSource } from 'eventsource';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  createWebSocketClient,
  type RealtimeEvent,
  type Status,
  type TidemarkError,
  type WebSocketClient,
  type WebSocketClientOptions,
} from '../../../js/index.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

describe('createWebSocketClient with the real core and a real server', () => {
  let server: ProtocolServer;
  let client: WebSocketClient;
  const events: RealtimeEvent[] = [];
  const errors: TidemarkError[] = [];
  const statuses: Status[] = [];

  beforeEach(async () => {
    server = await ProtocolServer.start();
    for (const list of [events, errors, statuses]) list.length = 0;
  });
  afterEach(async () => {
    client.dispose();
    await server.stop();
  });

  function connect(options: Partial<WebSocketClientOptions> = {}) {
    client = createWebSocketClient({
      url: server.url,
      WebSocket,
      EventSource,
      reconnectInterval: 20,
      onMessage: (event) => events.push(event),
      onError: (error) => errors.push(error),
      onStatusChange: (status) => statuses.push(status),
      ...options,
    });
  }
  const ids = () => events.map(({ id }) => id);
  const subscribed = (count = 1) =>
    vi.waitFor(() => {
      const held = [...server.connections].flatMap(({ subscriptions }) => [...subscriptions]);
      expect(held).toHaveLength(count);
    }, 5000);

  it('connects and delivers events to onMessage and to their handler', async () => {
    const onConnect = vi.fn();
    const handler = vi.fn();
    connect({ onConnect });
    client.subscribe('projects', undefined, handler);
    await subscribed();
    expect(client.status).toBe('connected');
    expect(client.transport).toBe('websocket');
    expect(onConnect).toHaveBeenCalledOnce();
    const id = server.emit('projects', 'insert', { id: 5, version: 1, name: 'Tide' });
    await vi.waitFor(() => expect(handler).toHaveBeenCalledOnce());
    expect(handler.mock.calls[0]?.[0]).toMatchObject({
      type: 'realtime',
      entity: 'projects',
      action: 'insert',
      data: { id: 5, version: 1, name: 'Tide' },
      id,
    });
    expect(ids()).toEqual([id]);
    expect(statuses).toEqual(['connecting', 'connected']);
  });

  it('delivers an event once, however often it arrives', async () => {
    connect();
    client.subscribe('projects', undefined, () => {});
    await subscribed();
    const first = server.emit('projects', 'update', { id: 5, version: 2 });
    server.repeatLast();
    server.repeatLast();
    const second = server.emit('projects', 'update', { id: 5, version: 3 });
    await vi.waitFor(() => expect(ids()).toContain(second));
    expect(ids()).toEqual([first, second]);
    await expect.poll(() => client.stats()?.duplicates).toBe(2);
  });

  it('reconnects after a cut and gets what it missed, once', async () => {
    const onDisconnect = vi.fn();
    connect({ onDisconnect });
    client.subscribe('projects', undefined, () => {});
    await subscribed();
    const before = server.emit('projects', 'update', { id: 5, version: 2 });
    await vi.waitFor(() => expect(ids()).toEqual([before]));
    server.cut();
    const missed = server.emit('projects', 'update', { id: 5, version: 3 });
    await vi.waitFor(() => expect(ids()).toEqual([before, missed]), 5000);
    expect(onDisconnect).toHaveBeenCalledOnce();
    expect(statuses).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    expect(server.opened).toBe(2);
  });

  it('says when what was missed cannot be replayed, and only then', async () => {
    connect();
    const resync = vi.fn();
    client.subscribe('projects', undefined, () => {}, resync);
    await subscribed();
    server.cut();
    await vi.waitFor(() => expect(server.opened).toBe(2), 5000);
    await subscribed();
    const replayed = server.emit('projects', 'update', { id: 5, version: 2 });
    await vi.waitFor(() => expect(ids()).toEqual([replayed]), 5000);
    expect(resync).not.toHaveBeenCalled();
    server.epoch = 'epoch-2';
    server.cut();
    await vi.waitFor(() => expect(resync).toHaveBeenCalledOnce(), 5000);
  });

  it('reports a bad frame once and lives on', async () => {
    connect();
    client.subscribe('projects', undefined, () => {});
    await subscribed();
    server.sendRaw('{"type":"realtime",');
    const after = server.emit('projects', 'update', { id: 5, version: 2 });
    await vi.waitFor(() => expect(ids()).toEqual([after]));
    expect(errors).toHaveLength(1);
    expect(errors[0]?.name).toBe('TidemarkError');
    expect(server.opened).toBe(1);
    await expect.poll(() => client.stats()?.framesRejected).toBe(1);
  });

  it('takes SSE where WebSocket is refused', async () => {
    server.refusesWebSockets = true;
    connect({ fallbackAfter: 1 });
    client.subscribe('projects', undefined, () => {});
    await subscribed();
    await vi.waitFor(() => expect(client.transport).toBe('sse'));
    const id = server.emit('projects', 'insert', { id: 1 });
    await vi.waitFor(() => expect(ids()).toEqual([id]));
  });

  it('stays away after disconnect and comes back with its subscriptions', async () => {
    connect();
    client.subscribe('projects', undefined, () => {});
    await subscribed();
    client.disconnect();
    await vi.waitFor(() => expect(server.connections.size).toBe(0));
    expect(client.status).toBe('disconnected');
    client.connect();
    await subscribed();
    expect(client.status).toBe('connected');
  });

  it('sends, and unsubscribes when the last handler goes', async () => {
    connect({ linger: 20 });
    const ends = [
      client.subscribe('projects', undefined, () => {}),
      client.subscribe('projects', undefined, () => {}),
    ];
    await subscribed();
    expect(client.send({ op: 'auth', token: 'x' })).toBe(true);
    await vi.waitFor(() => expect(server.received).toContainEqual({ op: 'auth', token: 'x' }));
    ends[0]?.();
    ends[1]?.();
    await subscribed(0);
  });

  it('goes on after a callback that throws', async () => {
    const onMessage = vi.fn(() => {
      throw new Error('user bug');
    });
    connect({ onMessage });
    client.subscribe('projects', undefined, () => {});
    await subscribed();
    server.emit('projects', 'update', { id: 5, version: 1 });
    server.emit('projects', 'update', { id: 5, version: 2 });
    await vi.waitFor(() => expect(onMessage).toHaveBeenCalledTimes(2));
    expect(errors.map(({ code }) => code)).toEqual(['callback_failed', 'callback_failed']);
  });

  it('tells how good the connection is', async () => {
    const onQualityChange = vi.fn();
    connect({ heartbeatInterval: 20, onQualityChange });
    expect(client.quality).toEqual({
      grade: 'offline',
      rttMs: null,
      jitterMs: 0,
      missedHeartbeats: 0,
      reconnects: 0,
    });
    await vi.waitFor(() => expect(client.quality.rttMs).toEqual(expect.any(Number)), 5000);
    expect(client.quality.grade).not.toBe('offline');
    expect(onQualityChange).toHaveBeenLastCalledWith(client.quality);
    server.cut();
    await vi.waitFor(() => expect(client.quality.reconnects).toBe(1), 5000);
  });

  it('reads an event stream with fetch where no EventSource is given', async () => {
    connect({ protocol: 'sse', EventSource: undefined });
    client.subscribe('projects', 'tier=eq.a', () => {});
    await subscribed();
    const mine = server.emit('projects', 'insert', { id: 1, tier: 'a' });
    server.emit('projects', 'insert', { id: 2, tier: 'b' });
    await vi.waitFor(() => expect(ids()).toEqual([mine]));
    server.closeAll(1001);
    const missed = server.emit('projects', 'update', { id: 1, tier: 'a' });
    await vi.waitFor(() => expect(ids()).toEqual([mine, missed]), 5000);
    expect(server.requests.every(({ headers }) => headers.accept === 'text/event-stream')).toBe(
      true,
    );
    expect(errors).toEqual([]);
  });

  it('keeps its distance when a stream is refused with Retry-After', async () => {
    server.streamRefusal = { status: 503, headers: { 'retry-after': '3600' } };
    connect({ protocol: 'sse', EventSource: undefined });
    await vi.waitFor(() => expect(server.requests).toHaveLength(1), 5000);
    await vi.waitFor(() => expect(client.status).toBe('reconnecting'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.requests).toHaveLength(1);
  });

  it('gives up after the attempts it was given', async () => {
    const { url } = server;
    await server.stop();
    server = await ProtocolServer.start();
    connect({ url, protocol: 'websocket', maxReconnectAttempts: 2 });
    await vi.waitFor(() => expect(client.status).toBe('error'), 5000);
    expect(errors.length).toBeGreaterThan(0);
  });
});
