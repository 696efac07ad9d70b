import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { NatsLog } from '../../demo/server/nats/log.ts';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { type Nats, startNats } from '../scale/nats-server.ts';
import { type Cluster, startPostgres } from './postgres-cluster.ts';
import { addProject, call, expectChain, wsUrl } from './support.ts';
import { type Message, WsClient } from './ws-client.ts';

let cluster: Cluster;
let nats: Nats;
const nodes: DemoServer[] = [];
const clients: WsClient[] = [];
/** What the nodes reported in the test that runs. */
let reports: string[] = [];

async function startNode(): Promise<DemoServer> {
  const node = await createDemoServer({
    databaseUrl: cluster.url,
    natsUrl: nats.url,
    outbox: { safetyIntervalMs: 200, log: (line) => reports.push(line) },
  });
  nodes.push(node);
  return node;
}

async function open(node: DemoServer | undefined): Promise<WsClient> {
  const client = await WsClient.open(wsUrl(node as DemoServer));
  clients.push(client);
  return client;
}

async function take(client: WsClient, count: number): Promise<Message[]> {
  const events: Message[] = [];
  while (events.length < count) {
    const message = await client.next(15_000);
    if (!message.op) events.push(message);
  }
  return events;
}

beforeAll(async () => {
  [cluster, nats] = await Promise.all([startPostgres(), startNats()]);
  await startNode();
  await startNode();
}, 60_000);
beforeEach(async () => {
  // What was written before is not to come in between: as many messages as the outbox has changes.
  const [outbox] = await (nodes[0] as DemoServer).database.query<{ head: number }>(
    'select count(*)::int as head from outbox',
  );
  for (const node of nodes) {
    const stats = async () => (await call(node, 'GET', '/demo/stats')).json;
    await vi.waitFor(
      async () => expect(await stats()).toMatchObject({ head: outbox?.head }),
      15_000,
    );
  }
});
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(reports.join('\n'));
  reports = [];
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await nats?.stop();
  await cluster?.stop();
}, 30_000);

it('tells each change once and in order, on every node under the same position', async () => {
  const [here, there] = [await open(nodes[0]), await open(nodes[1])];
  const starts = [await here.subscribe('projects'), await there.subscribe('projects')];
  const sql = postgres(cluster.url, { max: 5 });
  await Promise.all(
    Array.from(
      { length: 500 },
      (_, n) => sql`insert into projects (name, city) values (${`n${n}`}, ${'ü "x" \\ \n line'})`,
    ),
  );
  await sql.end();
  const [first, second] = [await take(here, 500), await take(there, 500)];
  expectChain(first, starts[0]?.seq as number);
  expect(starts[1]?.epoch).toBe(starts[0]?.epoch);
  expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
  // JetStream's own sequence: dense.
  const seqs = first.map(({ seq }) => seq as number);
  expect(seqs).toEqual(seqs.map((_, n) => (seqs[0] as number) + n));
  expect(new Set(first.map(({ data }) => data?.name)).size).toBe(500);
  expect(first[0]?.data?.city).toBe('ü "x" \\ \n line');
});

it('a list that is read once the stream began holds everything before its start', async () => {
  const sql = postgres(cluster.url, { max: 1 });
  let writing = true;
  const writer = (async () => {
    while (writing) await sql`insert into projects (name) values ('listed')`;
  })();
  for (let turn = 0; turn < 10; turn++) {
    const client = await open(nodes[turn % 2]);
    await client.subscribe('projects');
    const { json } = await call(
      nodes[0] as DemoServer,
      'GET',
      '/api/projects?order=id.desc&limit=500',
    );
    const listed = new Set((json.data ?? []).map(({ id }) => id as number));
    const newest = Math.max(...listed);
    const events = await take(client, 20);
    // No row between the list and the stream.
    const ids = events.map(({ data }) => data?.id as number);
    expect(Math.min(...ids)).toBeLessThanOrEqual(newest + 1);
    client.close();
  }
  writing = false;
  await writer;
  await sql.end();
}, 30_000);

it('a client that is moved to another node goes on by position, also behind the memory', async () => {
  const client = await open(nodes[0]);
  const { epoch, seq } = await client.subscribe('projects');
  client.close();
  const late = await startNode();
  for (let n = 0; n < 150; n++) await addProject(nodes[0] as DemoServer, { name: `m${n}` });
  // Its memory begins after that.
  const later = await startNode();
  for (const node of [nodes[1], late, later]) {
    const moved = await open(node);
    const answer = await moved.subscribe('projects', { since: { epoch, seq } });
    expect(answer).toMatchObject({ recovered: true, epoch, seq });
    const events = await take(moved, 150);
    expectChain(events, seq as number);
    expect(events.map(({ data }) => data?.name)).toEqual(events.map((_, n) => `m${n}`));
  }
}, 30_000);

it('another relay goes on where one ended: nothing lost, nothing twice', async () => {
  const client = await open(nodes[1]);
  const { seq } = await client.subscribe('projects');
  const sql = postgres(cluster.url, { max: 2 });
  for (let n = 0; n < 200; n++) {
    await sql`insert into projects (name) values (${`r${n}`})`;
    // Whoever holds the lock loses it, in the middle of its work.
    if (n % 40 === 20) {
      await sql`select pg_terminate_backend(pid) from pg_locks
        where locktype = 'advisory' and objid = 7240903 and granted`;
    }
  }
  await sql.end();
  const events = await take(client, 200);
  expectChain(events, seq as number);
  expect(events.map(({ data }) => data?.name)).toEqual(events.map((_, n) => `r${n}`));
  await client.expectNothing();
}, 30_000);

it('goes on after the NATS server was killed and started again', async () => {
  const client = await open(nodes[0]);
  const { seq, epoch } = await client.subscribe('projects');
  await nats.restart();
  const row = await addProject(nodes[1] as DemoServer, { name: 'Meanwhile' });
  const [event] = await take(client, 1);
  expect(event).toMatchObject({ data: row, epoch, prev: seq });
}, 60_000);

it('a stream that was made anew is another epoch: nobody resumes into it', async () => {
  const client = await open(nodes[0]);
  const { seq, epoch } = await client.subscribe('projects');
  const connection = await connect({ servers: nats.url });
  const manager = await jetstreamManager(connection);
  for await (const name of manager.streams.names()) await manager.streams.delete(name);
  await connection.close();
  expect(await client.closed).toBe(1012);
  const next = await open(nodes[0]);
  const answer = await next.subscribe('projects', { since: { epoch, seq } });
  expect(answer.recovered).toBe(false);
  expect(answer.epoch).not.toBe(epoch);
  // What the outbox keeps is in it again, and what is new comes behind that.
  const row = await addProject(nodes[1] as DemoServer, { name: 'New history' });
  const events: Message[] = [];
  while (events.at(-1)?.data?.id !== row.id) events.push(...(await take(next, 1)));
}, 60_000);

it('a stream that was made anew is filled without waiting for a change', async () => {
  const [outbox] = await (nodes[0] as DemoServer).database.query<{ count: number }>(
    'select count(*)::int as count from outbox',
  );
  const connection = await connect({ servers: nats.url });
  const manager = await jetstreamManager(connection);
  for await (const name of manager.streams.names()) await manager.streams.delete(name);
  await vi.waitFor(async () => {
    const states = [];
    for await (const { state } of manager.streams.list()) states.push(state.messages);
    expect(states).toEqual([outbox?.count]);
  }, 15_000);
  await connection.close();
}, 30_000);

it('of two relays that publish the same change only one does', async () => {
  const log = await NatsLog.open(nats.url);
  const change = { seq: 7, table: 'projects', action: 'insert', row: '{"id": 1}' } as const;
  const changes = [
    { ...change, old: null, mutation: null, committedAt: '2026-01-01T00:00:00.000Z' },
  ];
  const { last } = await log.extent('two relays');
  const results = await Promise.allSettled([
    log.append('two relays', changes, last),
    log.append('two relays', changes, last),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await log.extent('two relays')).toMatchObject({ last: last + 1, outboxSeq: 7 });
  await log.remove('two relays');
  await log.close();
});
