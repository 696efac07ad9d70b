import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { CoreModule } from '../../../js/core/core-module.ts';
import type { EngineStats } from '../../../js/core/engine.ts';
import { loadCore } from '../../../js/core/load.ts';
import {
  createWebSocketClient,
  type RealtimeEvent,
  type TidemarkError,
  type WebSocketClient,
} from '../../../js/index.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

const LIMIT = 8 * 1024 * 1024;

type Native = InstanceType<CoreModule['Engine']>;

// Much happens in these; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

describe('what a broken server sends', () => {
  let server: ProtocolServer;
  let client: WebSocketClient;
  let sub: string;
  /** Every length that room was made for in the core's memory. */
  let reserved: number[];
  const events: RealtimeEvent[] = [];
  const errors: TidemarkError[] = [];

  beforeEach(async () => {
    server = await ProtocolServer.start();
    events.length = errors.length = 0;
    reserved = [];
    const { prototype } = (await loadCore()).Engine as unknown as { prototype: Native };
    const { reserve } = prototype;
    vi.spyOn(prototype, 'reserve').mockImplementation(function (this: Native, bytes: number) {
      reserved.push(bytes);
      return reserve.call(this, bytes);
    });
    client = createWebSocketClient({
      url: server.url,
      WebSocket,
      reconnectInterval: 20,
      onError: (error) => errors.push(error),
      onMessage: (event) => events.push(event),
    });
    client.subscribe('projects', undefined, () => {});
    await vi.waitFor(() => {
      expect([...server.connections].flatMap((each) => [...each.subscriptions])).toHaveLength(1);
    }, 10_000);
    sub = [...server.connections].flatMap((each) => [...each.subscriptions.keys()])[0] as string;
    // In the middle of things.
    for (let seq = 1; seq <= 3; seq++) server.emit('projects', 'update', { id: 1, version: seq });
    await vi.waitFor(() => expect(events).toHaveLength(3));
  });
  afterEach(async () => {
    client.dispose();
    vi.restoreAllMocks();
    await server.stop();
  });

  const event = (more: object) =>
    JSON.stringify({
      type: 'realtime',
      id: 'x',
      entity: 'projects',
      action: 'update',
      data: { id: 1, version: 9 },
      timestamp: '2026-01-01T00:00:00Z',
      sub,
      epoch: 'epoch-1',
      ...more,
    });
  const rejected = (stats: EngineStats) =>
    Object.values(stats.rejected).reduce((sum, count) => sum + count, 0);

  // How often each is counted as refused, and as a lost place that is asked for anew.
  it.each<[string, () => Array<string | Uint8Array>, number, 'kept' | 'asked again']>([
    ['bytes that are no text', () => [new Uint8Array([0xff, 0xfe, 0x00, 0x80])], 2, 'kept'],
    [
      'half a surrogate in bytes',
      () => [new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
      2,
      'kept',
    ],
    ['text that is not JSON', () => ['{"type":"realtime",'], 2, 'kept'],
    ['a frame above the limit', () => [`"${'x'.repeat(LIMIT)}"`], 2, 'kept'],
    ['a tower of brackets', () => ['['.repeat(100_000)], 2, 'kept'],
    ['messages of no kind', () => ['[1,"a",null,true,[]]'], 10, 'kept'],
    ['an event without a row', () => [event({ data: null, seq: 4, prev: 3 })], 2, 'kept'],
    ['an unknown action', () => [event({ action: 'explode', seq: 4, prev: 3 })], 2, 'kept'],
    ['another epoch', () => [event({ epoch: 'epoch-9', seq: 1, prev: 0 })], 0, 'asked again'],
    ['a count that goes back', () => [event({ seq: 1, prev: 0 })], 0, 'asked again'],
    ['a gap', () => [event({ seq: 90, prev: 80 })], 0, 'asked again'],
    [
      'epochs that come and go',
      () => ['a', 'b', 'a', 'b'].map((epoch) => event({ epoch, id: epoch, seq: 1, prev: 0 })),
      0,
      'asked again',
    ],
  ])('contains %s', async (_, frames, refusals, place) => {
    reserved.length = 0;
    // Twice, to see that it is reported once.
    for (const frame of [...frames(), ...frames()]) server.sendRaw(frame);
    const subscribes = () => server.received.filter(({ op }) => op === 'subscribe').length;
    await vi.waitFor(() => expect(subscribes()).toBe(place === 'kept' ? 1 : 2), 10_000);
    const after = server.emit('projects', 'update', { id: 1, version: 4 });
    await vi.waitFor(() => expect(events.map(({ id }) => id)).toContain(after), 10_000);
    const stats = client.stats() as EngineStats;
    expect(rejected(stats)).toBe(refusals);
    expect(stats.framesRejected).toBe(refusals);
    const kinds = Object.keys(stats.rejected).length;
    expect(kinds).toBe(refusals > 0 ? 1 : 0);
    expect(errors).toHaveLength(kinds);
    if (place === 'kept') expect(stats.gaps).toBe(0);
    else expect(stats.gaps).toBeGreaterThan(0);
    // The link lives on, and nothing of that size was copied.
    expect(client.status).toBe('connected');
    expect(server.opened).toBe(1);
    expect(Math.max(...reserved)).toBeLessThan(LIMIT);
  });

  it.each<[string, object, object]>([
    ['an id of 1 MB', { id: 'i'.repeat(1_000_000) }, { id: 1, version: 9 }],
    ['a row id of 1 MB', { id: 'big' }, { id: 'r'.repeat(1_000_000), version: 9 }],
    ['the year 9999', { timestamp: '9999-12-31T23:59:59.999Z' }, { id: 1, version: 9 }],
    ['no time at all', { timestamp: 'yesterday' }, { id: 1, version: 9 }],
    ['a version beyond numbers', { id: 'v' }, { id: 1, version: 1e308 }],
  ])('takes %s, and what follows', async (_, envelope, data) => {
    const frame = event({ id: 'odd', seq: 4, prev: 3, ...envelope, data });
    server.sendRaw(frame);
    server.sendRaw(frame);
    await vi.waitFor(() => expect(events).toHaveLength(4));
    server.sendRaw(event({ id: 'after', seq: 5, prev: 4, data: { id: 2, version: 1 } }));
    await vi.waitFor(() => expect(events.at(-1)?.id).toBe('after'));
    expect(events).toHaveLength(5);
    expect(client.stats()).toMatchObject({ duplicates: 1, framesRejected: 0, gaps: 0 });
    expect(errors).toEqual([]);
    expect(server.opened).toBe(1);
  });
});
