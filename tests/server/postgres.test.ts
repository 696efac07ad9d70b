import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { type Cluster, startPostgres } from './postgres-cluster.ts';
import { addProject, call, expectChain, wsUrl } from './support.ts';
import { type Message, WsClient } from './ws-client.ts';

const WRITERS = 10;
const CHANGES = 20_000;

let cluster: Cluster;
let server: DemoServer;

beforeAll(async () => {
  cluster = await startPostgres();
  // Two at once: the schema must stand several servers that start together.
  const [first, second] = await Promise.all([
    createDemoServer({ databaseUrl: cluster.url }),
    createDemoServer({ databaseUrl: cluster.url }),
  ]);
  await second.close();
  server = first;
}, 60_000);
afterAll(async () => {
  await server?.close();
  await cluster?.stop();
}, 30_000);

it('shows every change of concurrent writers once and in order', async () => {
  const client = await WsClient.open(wsUrl(server));
  const { seq } = await client.subscribe('projects');
  const sql = postgres(cluster.url, { max: WRITERS, onnotice: () => {} });
  const writer = async (w: number) => {
    for (let n = 0; n < CHANGES / WRITERS; n++) {
      const id = 1 + ((w + n) % 5);
      // Two rows in either order in one transaction: a deadlock, were writers not queued.
      if (n % 10 === 0) {
        await sql.begin(async (tx) => {
          await tx`update projects set budget = budget + 1 where id = ${id}`;
          await tx`insert into projects (name) values (${`w${w} n${n}`})`;
        });
        n++;
      } else await sql`update projects set volunteers_needed = ${n} where id = ${id}`;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, w) => writer(w)));
  await sql.end();
  const events: Message[] = [];
  while (events.length < CHANGES) {
    const event = await client.next();
    // Ten writers are faster than one reader on two cores, but never by more than it is sent.
    if (!event.op) events.push(event);
  }
  expectChain(events, seq as number);
  await client.expectNothing();
  client.close();
  expect(new Set(events.map(({ id }) => id)).size).toBe(CHANGES);
  const last = new Map(events.map(({ data }) => [data?.id, data]));
  const { json } = await call(server, 'GET', '/api/projects');
  const rows = json.data as Array<Record<string, unknown>>;
  for (const row of rows) if (last.has(row.id)) expect(last.get(row.id)).toEqual(row);
}, 60_000);

it('gives the same JSON in REST and events whatever time zone the writer has', async () => {
  const client = await WsClient.open(wsUrl(server));
  await client.subscribe('projects');
  const sql = postgres(cluster.url, { max: 1, connection: { TimeZone: 'Asia/Karachi' } });
  await sql`insert into projects (name) values ('Elsewhere')`;
  await sql.end();
  const { data } = await client.next();
  client.close();
  expect((await call(server, 'GET', `/api/projects/${data?.id}`)).json.data).toEqual(data);
});

it('goes on after the listening connection was lost', async () => {
  const client = await WsClient.open(wsUrl(server));
  const { epoch, seq } = await client.subscribe('projects');
  const sql = postgres(cluster.url, { max: 1 });
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'tidemark-demo' and pid <> pg_backend_pid()`;
  await sql`insert into projects (name) values ('While deaf')`;
  await sql.end();
  // Nobody who goes on is told that nothing is missing.
  const late = await WsClient.open(wsUrl(server));
  const answer = await late.subscribe('projects', { since: { epoch, seq } });
  expect(answer).toMatchObject({ recovered: true, replaying: true });
  late.close();
  const event = await client.next(15_000);
  expect(event.prev).toBe(seq);
  expect(event.data?.name).toBe('While deaf');
  await addProject(server, { name: 'After' });
  expect((await client.next()).data?.name).toBe('After');
  client.close();
}, 30_000);
