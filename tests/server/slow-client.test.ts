import { request } from 'node:http';
import { createConnection } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { type Cluster, startPostgres } from './postgres-cluster.ts';
import { call, expectChain, wsUrl } from './support.ts';
import type { Message } from './ws-client.ts';
import { WsClient } from './ws-client.ts';

const ROWS = 50;
const ROUNDS = 40;
const BIG = 20_000;
const PATIENCE_MS = 4000;
/** What may wait in the node for one client: the mark, a frame, and the copy that crossed it. */
const MOST_WAITING = 64 * 1024 + 64 * 1024 + 2 * BIG;

let cluster: Cluster;
let server: DemoServer;
const ending: Array<() => void> = [];

beforeAll(async () => {
  cluster = await startPostgres();
  server = await createDemoServer({ databaseUrl: cluster.url, patienceMs: PATIENCE_MS });
  await server.database.script(
    `insert into ngos (name) select 'slow' from generate_series(1, ${ROWS})`,
  );
  const head = async () => (await call(server, 'GET', '/demo/stats')).json;
  const [row] = await server.database.query<{ seq: string }>(
    'select max(seq)::text as seq from outbox',
  );
  await vi.waitFor(async () => expect(await head()).toMatchObject({ head: Number(row?.seq) }));
}, 60_000);
afterAll(async () => {
  await server?.close();
  await cluster?.stop();
});
afterEach(async () => {
  for (const end of ending.splice(0)) end();
  await expect.poll(() => server.links.countOf('websocket')).toBe(0);
});

/** 40 MB of events, far more than the sockets of both ends hold. */
async function writeMuch(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await server.database.query(
      `update ngos set city = $1::text || repeat('x', ${BIG}) where name = 'slow'`,
      [String(round)],
    );
  }
}

/** A client whose reading is stopped and started; the server's end tells what waits for it. */
async function openPaused(): Promise<{
  socket: WebSocket;
  messages: Message[];
  most: () => number;
}> {
  const socket = new WebSocket(wsUrl(server));
  ending.push(() => socket.terminate());
  const messages: Message[] = [];
  socket.on('message', (data) => {
    const parsed = JSON.parse(String(data)) as Message | Message[];
    messages.push(...(Array.isArray(parsed) ? parsed : [parsed]));
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send(JSON.stringify({ op: 'subscribe', ref: '1', entity: 'organizations' }));
  await expect.poll(() => messages.length).toBe(1);
  socket.pause();
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, server.links.waiting());
  }, 5);
  socket.once('close', () => clearInterval(timer));
  return { socket, messages, most: () => most };
}

it('a client that pauses gets the newest state of each row, in a chain, and little waits for it', async () => {
  const { socket, messages, most } = await openPaused();
  await writeMuch();
  expect(most()).toBeLessThan(MOST_WAITING);
  expect(most()).toBeGreaterThan(64 * 1024);
  socket.resume();
  const newest = () => new Map(messages.slice(1).map(({ data }) => [data?.id, data]));
  const isNewest = (row: Record<string, unknown> | undefined) =>
    String(row?.city).startsWith(`${ROUNDS - 1}x`);
  const complete = () => [...newest().values()].filter(isNewest).length;
  await expect.poll(complete, { timeout: 15_000 }).toBe(ROWS);
  expectChain(messages.slice(1), messages[0]?.seq as number);
  expect(messages.length - 1).toBeLessThan(ROWS * (ROUNDS - 2));
  // It is live again.
  const before = messages.length;
  await server.database.query(
    "update ngos set city = 'after' where id = (select min(id) from ngos where name = 'slow')",
  );
  await expect.poll(() => messages.length).toBe(before + 1);
}, 60_000);

it('a client that reads nothing is told to try later, and resumes by position', async () => {
  const { socket, messages, most } = await openPaused();
  const { cut } = server.links;
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await writeMuch();
  await expect.poll(() => server.links.cut, { timeout: 10_000 }).toBe(cut + 1);
  expect(most()).toBeLessThan(MOST_WAITING);
  socket.resume();
  expect(await closed).toBe(1013);
  const last = messages.at(-1);
  const { epoch } = messages[0] as Message;
  const client = await WsClient.open(wsUrl(server));
  ending.push(() => client.close());
  const answer = await client.subscribe('organizations', { since: { epoch, seq: last?.seq } });
  expect(answer).toMatchObject({ recovered: true, seq: last?.seq });
  expect((await client.next()).prev).toBe(last?.seq);
}, 60_000);

it('a client that never reads again costs its connection only for a while', async () => {
  await openPaused();
  await writeMuch();
  await expect.poll(() => server.links.countOf('websocket'), { timeout: 15_000 }).toBe(0);
}, 60_000);

it('an event stream that is not read is ended', async () => {
  const { cut } = server.links;
  const subscribe = encodeURIComponent('[{"ref":"1","entity":"organizations"}]');
  const socket = createConnection(server.port, '127.0.0.1');
  ending.push(() => socket.destroy());
  socket.on('error', () => {});
  socket.write(`GET /realtime/sse?subscribe=${subscribe} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  await expect.poll(() => server.links.countOf('sse')).toBe(1);
  socket.pause();
  await writeMuch();
  await expect.poll(() => server.links.cut, { timeout: 10_000 }).toBe(cut + 1);
  await expect.poll(() => server.links.countOf('sse')).toBe(0);
  // The server is well.
  const status = await new Promise((resolve) => {
    request({ port: server.port, path: '/demo/stats' }, ({ statusCode }) =>
      resolve(statusCode),
    ).end();
  });
  expect(status).toBe(200);
}, 60_000);
