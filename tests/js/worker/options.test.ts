import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  createRealtimeIntegration,
  createWebSocketClient,
  type TidemarkError,
} from '../../../js/index.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (thrown) {
    return (thrown as TidemarkError).code;
  }
};

test.each(['WebSocket', 'EventSource', 'fetch', 'clock', 'wasmModule'])(
  '%s cannot be handed to a worker, and that is said',
  (name) => {
    const options = { websocketUrl: 'ws://127.0.0.1/realtime', shared: true, [name]: {} };
    expect(codeOf(() => createRealtimeIntegration(new QueryClient(), options))).toBe('bad_option');
  },
);

test('a core in a worker is not recorded, and that is said', () => {
  const client = createWebSocketClient({
    url: 'ws://127.0.0.1/realtime',
    worker: true,
    autoConnect: false,
  });
  expect(codeOf(() => client.record())).toBe('record_in_worker');
  client.dispose();
});

test('without workers the core runs here, which is said once', async () => {
  // Node has none of a browser's.
  expect(typeof Worker).toBe('undefined');
  Object.assign(globalThis, { WebSocket });
  const server = await ProtocolServer.start();
  const errors: string[] = [];
  const client = createWebSocketClient({
    url: server.url,
    worker: true,
    reconnectInterval: 20,
    onError: ({ code }) => errors.push(code),
  });
  try {
    await expect.poll(() => client.status).toBe('connected');
    server.closeAll(1001);
    await expect.poll(() => server.opened).toBe(2);
    await expect.poll(() => client.status).toBe('connected');
    expect(errors).toEqual(['worker_unavailable']);
  } finally {
    client.dispose();
    await server.stop();
  }
});
