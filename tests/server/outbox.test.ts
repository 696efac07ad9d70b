import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { addProject, wsUrl } from './support.ts';
import { WsClient } from './ws-client.ts';

let server: DemoServer;

beforeAll(async () => {
  server = await createDemoServer({
    outbox: { tailCount: 3, history: 10, safetyIntervalMs: 50 },
  });
}, 60_000);
afterAll(() => server.close());

it('does not claim to recover what was trimmed', async () => {
  const client = await WsClient.open(wsUrl(server));
  const { epoch, seq } = await client.subscribe('projects');
  for (let n = 0; n < 30; n++) await addProject(server);
  const count = async () =>
    (await server.database.query<{ n: string }>('select count(*)::text as n from outbox'))[0]?.n;
  await expect.poll(count).toBe('10');
  const late = await WsClient.open(wsUrl(server));
  const answer = await late.subscribe('projects', { since: { epoch, seq } });
  expect(answer).toMatchObject({ recovered: false, seq: (seq as number) + 30 });
  client.close();
  late.close();
});

it('restarts its links when the history got a new name', async () => {
  const client = await WsClient.open(wsUrl(server));
  const { epoch, seq } = await client.subscribe('projects');
  await server.database.query("update outbox_meta set epoch = 'restored'");
  expect(await client.closed).toBe(1012);
  const next = await WsClient.open(wsUrl(server));
  const answer = await next.subscribe('projects', { since: { epoch, seq } });
  expect(answer).toMatchObject({ recovered: false, epoch: 'restored' });
  next.close();
});
