import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createWebSocketClient, type WebSocketClient } from '../../../js/index.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

describe('two tabs on one server', () => {
  let server: ProtocolServer;
  const clients: WebSocketClient[] = [];

  beforeEach(async () => {
    server = await ProtocolServer.start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.dispose();
    await server.stop();
  });

  /** A tab, the ids that its handler got, and whether it may connect. */
  async function open(shareAcrossTabs = true) {
    const before = server.connections.size;
    const got: string[] = [];
    const gate = { isOpen: true, tries: 0 };
    class Gated extends WebSocket {
      constructor(url: string) {
        gate.tries++;
        if (!gate.isOpen) throw new Error('no network');
        super(url);
      }
    }
    const client = createWebSocketClient({
      url: server.url,
      protocol: 'websocket',
      WebSocket: Gated,
      reconnectInterval: 20,
      maxReconnectInterval: 50,
      maxReconnectAttempts: Number.POSITIVE_INFINITY,
      shareAcrossTabs,
    });
    clients.push(client);
    client.subscribe('projects', undefined, ({ id }) => got.push(id));
    await vi.waitFor(() => {
      expect(server.connections.size).toBe(before + 1);
      const all = [...server.connections];
      expect(all.every(({ subscriptions }) => subscriptions.size === 1)).toBe(true);
    }, 5000);
    const connection = [...server.connections].at(-1);
    return { client, got, gate, connection };
  }

  it('gives an event to a handler once, though its replay and its sibling deliver it (I4)', async () => {
    const first = await open();
    const second = await open();
    const ids = [server.emit('projects', 'insert', { id: 1, version: 1 })];
    await vi.waitFor(() => expect(second.got).toEqual(ids));
    second.gate.isOpen = false;
    second.connection?.destroy();
    await vi.waitFor(() => expect(second.client.status).toBe('reconnecting'));
    ids.push(server.emit('projects', 'update', { id: 1, version: 2 }));
    ids.push(server.emit('projects', 'update', { id: 1, version: 3 }));
    // By the sibling alone.
    await vi.waitFor(() => expect(second.got).toEqual(ids));
    expect(second.client.status).toBe('reconnecting');
    second.gate.isOpen = true;
    await vi.waitFor(() => expect(second.client.status).toBe('connected'), 5000);
    ids.push(server.emit('projects', 'update', { id: 1, version: 4 }));
    await vi.waitFor(() => expect(second.got).toHaveLength(4));
    await vi.waitFor(() => expect(first.got).toHaveLength(4));
    // The replay of what the sibling had brought is among these.
    await vi.waitFor(() => expect(second.client.stats()?.duplicates).toBeGreaterThanOrEqual(2));
    expect(second.got).toEqual(ids);
    expect(first.got).toEqual(ids);
    expect(second.client.stats()?.relayed).toBeGreaterThanOrEqual(2);
  });

  it('shares nothing unless it is asked to', async () => {
    await open();
    const second = await open(false);
    second.gate.isOpen = false;
    second.connection?.destroy();
    await vi.waitFor(() => expect(second.client.status).toBe('reconnecting'));
    const missed = server.emit('projects', 'update', { id: 1, version: 2 });
    const tries = second.gate.tries;
    await vi.waitFor(() => expect(second.gate.tries).toBeGreaterThan(tries + 1));
    expect(second.got).toEqual([]);
    second.gate.isOpen = true;
    await vi.waitFor(() => expect(second.got).toEqual([missed]), 5000);
    expect(second.client.stats()?.relayed).toBe(0);
  });

  it('hears no sibling while it is disconnected', async () => {
    const first = await open();
    const second = await open();
    second.client.disconnect();
    await vi.waitFor(() => expect(second.client.status).toBe('disconnected'));
    const id = server.emit('projects', 'update', { id: 1, version: 2 });
    await vi.waitFor(() => expect(first.got).toEqual([id]));
    second.client.connect();
    await vi.waitFor(() => expect(second.got).toEqual([id]), 5000);
    expect(second.client.stats()?.relayed).toBe(0);
  });
});
