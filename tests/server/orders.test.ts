import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { call, wsUrl } from './support.ts';
import { WsClient } from './ws-client.ts';

let server: DemoServer;

beforeAll(async () => {
  server = await createDemoServer();
}, 60_000);
afterAll(() => server.close());

const order = (path: string, body: unknown) => call(server, 'POST', path, body);

async function written(): Promise<Record<string, number>> {
  const { text } = await call(server, 'GET', '/demo/stats');
  return (JSON.parse(text) as { written: Record<string, number> }).written;
}

describe('the writer', () => {
  it('changes so many rows a second, for so long', async () => {
    const client = await WsClient.open(wsUrl(server));
    await client.subscribe('projects');
    const answer = await order('/demo/writes', { table: 'projects', rate: 40, forMs: 1000 });
    expect(answer.status).toBe(202);
    const events = [];
    while (events.length < 40) events.push(await client.next());
    expect(events.every(({ action }) => action === 'update')).toBe(true);
    await client.expectNothing();
    expect(await written()).toEqual({ projects: 40 });
    client.close();
  });

  it('ends when it is told to', async () => {
    await order('/demo/writes', { table: 'projects', rate: 100, forMs: 60_000 });
    const before = (await written()).projects ?? 0;
    await expect.poll(async () => (await written()).projects).toBeGreaterThan(before);
    await order('/demo/writes', { table: 'projects', rate: 0, forMs: 0 });
    // The statement that was on its way may still count.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const after = (await written()).projects;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await written()).projects).toBe(after);
  });

  it('fills the gauges once, which is no news', async () => {
    const client = await WsClient.open(wsUrl(server));
    await client.subscribe('gauges');
    for (let time = 0; time < 2; time++) {
      await order('/demo/writes', { table: 'gauges', rate: 0, forMs: 0 });
      const { json } = await call(server, 'GET', '/api/gauges');
      expect(json.data).toHaveLength(100_000);
    }
    await client.expectNothing();
    // From then on they are news as any other row's.
    await server.database.query('update gauges set level_mm = 1 where id = 7');
    expect((await client.next()).data).toMatchObject({ id: 7, level_mm: 1 });
    client.close();
  }, 30_000);

  it.each([
    [{ table: 'outbox', rate: 1, forMs: 1 }, /table must be one of/],
    [{ table: 'projects', rate: -1, forMs: 1 }, /rate must be a number/],
    [{ table: 'projects', rate: 1, forMs: 1e9 }, /forMs must be a number/],
    [{ table: 'projects', rate: '1; drop table projects', forMs: 1 }, /rate must be a number/],
  ])('does not take %j', async (body, message) => {
    const { status, json } = await order('/demo/writes', body);
    expect(status).toBe(400);
    expect(json.error?.message).toMatch(message);
  });
});

describe('an outage', () => {
  /** Of a connection of its own: `fetch` may still have one that broke. */
  const reach = (): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.once('connect', () => resolve('open'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'));
      socket.once('connect', () => socket.destroy());
    });

  it('breaks every connection, refuses new ones, and ends by itself', async () => {
    const client = await WsClient.open(wsUrl(server));
    await client.subscribe('projects');
    const { status } = await order('/demo/outage', { forMs: 500 });
    expect(status).toBe(202);
    // Without a goodbye.
    expect(await client.closed).toBe(1006);
    expect(await reach()).toBe('ECONNREFUSED');
    await expect.poll(reach).toBe('open');
  });

  it('has a limit', async () => {
    const { json } = await order('/demo/outage', { forMs: 99_000 });
    expect(json.error?.code).toBe('bad_order');
    expect(await reach()).toBe('open');
  });
});
