import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { createWebSocketClient, type WebSocketClient } from '../../js/realtime/websocket-client.ts';
import { call, wsUrl } from './support.ts';

const CLIENTS = 1000;
const AT_ONCE = 50;
/** The ceiling of the first wait. */
const RECONNECT_MS = 10_000;
const TENTH = RECONNECT_MS / 10;
/** Each client follows one of these, so that the machine has time for the rush itself. */
const ENTITIES = ['projects', 'organizations', 'volunteers', 'vetting_queue', 'admin_users'];
const CHANGES_EACH = 20;
const CHANGES = `
  insert into projects (name) select 'Meanwhile' from generate_series(1, ${CHANGES_EACH});
  insert into ngos (name) select 'Meanwhile' from generate_series(1, ${CHANGES_EACH});
  insert into volunteers (name) select 'Meanwhile' from generate_series(1, ${CHANGES_EACH});
  insert into vetting_queue (subject) select 'Meanwhile' from generate_series(1, ${CHANGES_EACH});
  insert into users (name, email) select 'Meanwhile', n || '@example.org'
    from generate_series(1, ${CHANGES_EACH}) n;`;

interface Member {
  entity: string;
  client: WebSocketClient;
  /** Ids of the events, as they came. */
  received: string[];
}

let server: DemoServer;
const crowd: Member[] = [];

beforeAll(async () => {
  server = await createDemoServer();
}, 60_000);
afterAll(async () => {
  for (const { client } of crowd) client.dispose();
  await server.close();
});

async function join(number: number): Promise<void> {
  const entity = ENTITIES[number % ENTITIES.length] as string;
  const received: string[] = [];
  const client = createWebSocketClient({
    url: wsUrl(server, '?client=crowd'),
    reconnectInterval: RECONNECT_MS,
    protocol: 'websocket',
    WebSocket,
  });
  client.subscribe(entity, '', ({ id }) => received.push(id));
  crowd.push({ entity, client, received });
  // The first frame is the answer to the subscription.
  const frames = () => client.stats()?.framesReceived ?? 0;
  await expect.poll(frames, { timeout: 30_000 }).toBeGreaterThan(0);
}

/** The ids of the events that tell of the changes after `seq`, a list for each table. */
async function changesAfter(seq: string): Promise<string[][]> {
  const rows = await server.database.query<{ entity: string; id: string }>(
    `select entity, (select epoch from outbox_meta) || ':' || outbox.seq as id
     from outbox where outbox.seq > ${seq} order by outbox.seq`,
  );
  const ids: Record<string, string[]> = {};
  for (const { entity, id } of rows) ids[entity] = [...(ids[entity] ?? []), id];
  return Object.values(ids);
}

async function head(): Promise<string> {
  const rows = await server.database.query<{ seq: string }>('select max(seq) as seq from outbox');
  return String(rows[0]?.seq);
}

function countsOf(delays: readonly number[], width: number): number[] {
  const counts: number[] = [];
  for (const delay of delays) {
    const bin = Math.floor(delay / width);
    while (counts.length <= bin) counts.push(0);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function printHistogram(counts: readonly number[]): void {
  const lines = counts.map((count, bin) => {
    const range = `${bin * TENTH}–${(bin + 1) * TENTH} ms`;
    return `${range.padStart(15)} ${String(count).padStart(4)} ${'█'.repeat(count / 4)}`;
  });
  console.log(`${CLIENTS} clients, dropped at once, were back after\n${lines.join('\n')}`);
}

it('1,000 clients dropped at once come back spread out, and miss nothing', async () => {
  for (let from = 0; from < CLIENTS; from += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => join(from + n)));
  }
  const before = await head();
  const openedAt: number[] = [];
  server.links.onOpen = () => openedAt.push(performance.now());

  const droppedAt = performance.now();
  const dropped = await call(server, 'POST', '/demo/faults', { client: 'crowd', cut: true });
  await server.database.script(CHANGES);
  expect(dropped.json).toMatchObject({ cut: CLIENTS });
  const complete = () => crowd.filter(({ received }) => received.length >= CHANGES_EACH).length;
  await expect.poll(complete, { timeout: 60_000, interval: 100 }).toBe(CLIENTS);

  const delays = openedAt.map((at) => at - droppedAt);
  printHistogram(countsOf(delays, TENTH));
  // Once each.
  expect(delays).toHaveLength(CLIENTS);
  // The whole window is used. A machine that is too busy for the rush makes it longer, never shorter.
  expect(Math.min(...delays)).toBeLessThan(2 * TENTH);
  expect(Math.max(...delays)).toBeGreaterThan(8 * TENTH);
  const mean = CLIENTS / (RECONNECT_MS / 1000);
  expect(Math.max(...countsOf(delays, 1000))).toBeLessThanOrEqual(2 * mean);

  // Nothing missing, nothing twice, nothing out of order.
  const changes = await changesAfter(before);
  expect(changes.map(({ length }) => length)).toEqual(ENTITIES.map(() => CHANGES_EACH));
  const expected = new Set(changes.map((ids) => ids.join()));
  for (const entity of ENTITIES) {
    const members = crowd.filter((member) => member.entity === entity);
    const orders = new Set(members.map(({ received }) => received.join()));
    expect([orders.size, expected.delete([...orders][0] ?? '')]).toEqual([1, true]);
  }
}, 180_000);
