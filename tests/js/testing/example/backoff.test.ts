import { createWebSocketClient } from 'tidemark';
import { createMockServer, FakeClock } from 'tidemark/testing';
import { expect, it } from 'vitest';

it('gives up after ten attempts, and not before', async () => {
  const clock = new FakeClock();
  const server = createMockServer({ clock });
  const { websocketUrl: url, ...options } = server.options;
  const client = createWebSocketClient({ url, ...options });
  client.connect();
  await clock.until(() => client.status === 'connected');
  await Promise.all([
    server.play([
      [500, 'refuse'],
      [0, 'cut'],
    ]),
    clock.advance(60_000),
  ]);
  expect(client.status).toBe('reconnecting');
  await clock.advance(10 * 60_000);
  expect(client.status).toBe('error');
  client.dispose();
});
