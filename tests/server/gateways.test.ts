import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { Tokens } from '../../demo/server/tokens.ts';
import { type Cluster, startPostgres } from './postgres-cluster.ts';
import { addProject, call, expectChain, wsUrl } from './support.ts';
import { type Message, WsClient } from './ws-client.ts';

let cluster: Cluster;
let nodes: [DemoServer, DemoServer];

beforeAll(async () => {
  cluster = await startPostgres();
  const start = () =>
    createDemoServer({ databaseUrl: cluster.url, outbox: { safetyIntervalMs: 60_000 } });
  nodes = await Promise.all([start(), start()]);
}, 60_000);
afterAll(async () => {
  for (const node of nodes ?? []) await node.close();
  await cluster?.stop();
}, 30_000);

it('a client that is moved from one node to the other and back goes on by position', async () => {
  const sql = postgres(cluster.url, { max: 4 });
  let written = 0;
  let writing = true;
  const writers = Array.from({ length: 4 }, async () => {
    while (writing) await sql`insert into projects (name) values (${`n${written++}`})`;
  });
  const events: Message[] = [];
  let start: number | undefined;
  let since: { epoch: string; seq: number } | undefined;
  for (let move = 0; move < 20; move++) {
    const client = await WsClient.open(wsUrl(nodes[move % 2] as DemoServer));
    const answer = await client.subscribe('projects', { since });
    expect(answer).toMatchObject({ recovered: since !== undefined });
    start ??= answer.seq as number;
    since ??= { epoch: answer.epoch as string, seq: start };
    expect(answer).toMatchObject(since);
    for (let taken = 0; taken < 25; ) {
      const message = await client.next();
      if (message.op) continue;
      events.push(message);
      taken++;
    }
    since = { epoch: since.epoch, seq: events.at(-1)?.seq as number };
    client.close();
  }
  writing = false;
  await Promise.all(writers);
  await sql.end();
  expectChain(events, start as number);
  const [{ count } = { count: '' }] = await nodes[0].database.query<{ count: string }>(
    'select count(*)::text as count from outbox where seq > $1::text::bigint and seq <= $2::text::bigint',
    [String(start), String(events.at(-1)?.seq)],
  );
  expect(events.length).toBe(Number(count));
}, 60_000);

it('a node that has heard nothing yet looks before it answers a client that is ahead of it', async () => {
  const [ahead, behind] = nodes;
  const client = await WsClient.open(wsUrl(ahead));
  const { epoch, seq } = await client.subscribe('projects');
  client.close();
  // As the trigger does it, without the notification.
  await ahead.database.query(`insert into outbox (entity, action, row, old)
    select 'projects', 'update', to_jsonb(p), to_jsonb(p) from projects p limit 1`);
  const there = await WsClient.open(wsUrl(ahead));
  await there.subscribe('projects', { since: { epoch, seq } });
  const event = await there.next();
  expect(event.prev).toBe(seq);
  there.close();
  const here = await WsClient.open(wsUrl(behind));
  const answer = await here.subscribe('projects', { since: { epoch, seq: event.seq } });
  expect(answer).toMatchObject({ recovered: true, seq: event.seq });
  await here.expectNothing();
  here.close();
}, 30_000);

it('a write that went through one node is known to the other as the same', async () => {
  const headers = { 'tidemark-mutation': 'moved-1' };
  const post = (node: DemoServer) => call(node, 'POST', '/api/projects', { name: 'Once' }, headers);
  const first = await post(nodes[0]);
  const again = await post(nodes[1]);
  expect(again.json.data).toEqual(first.json.data);
  await addProject(nodes[0]);
});

it('a token of one node is good on another that shares its key, and on no other', () => {
  const { token } = new Tokens(60_000, 'one for all').issue();
  expect(new Tokens(60_000, 'one for all').verify(token).kind).toBe('valid');
  expect(new Tokens(60_000, 'another').verify(token).kind).toBe('forged');
  expect(new Tokens(60_000).verify(token).kind).toBe('forged');
});
