import { type IncomingMessage, request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { addProject, call, expectChain, wsUrl } from './support.ts';
import { type Message, WsClient } from './ws-client.ts';

let server: DemoServer;
const clients: WsClient[] = [];

async function connect(query = '', options: { origin?: string } = {}): Promise<WsClient> {
  const client = await WsClient.open(wsUrl(server, query), options);
  clients.push(client);
  return client;
}

async function take(client: WsClient, count: number): Promise<Message[]> {
  const taken: Message[] = [];
  while (taken.length < count) taken.push(await client.next());
  return taken;
}

beforeAll(async () => {
  server = await createDemoServer({ outbox: { tailCount: 20, batchSize: 10 } });
}, 60_000);
afterAll(() => server.close());
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

describe('events', () => {
  it('tells of insert, update and delete in a chain', async () => {
    const client = await connect();
    const subscribed = await client.subscribe('projects', { ref: '1' });
    expect(subscribed).toMatchObject({ op: 'subscribed', ref: '1', recovered: false });
    const row = await addProject(server, { name: 'Ünïcode 水', budget: 12.5 });
    const changed = await call(server, 'PATCH', `/api/projects/${row.id}`, { city: 'Multan' });
    await call(server, 'DELETE', `/api/projects/${row.id}`);
    const events = await take(client, 3);
    expect(events.map(({ action }) => action)).toEqual(['insert', 'update', 'delete']);
    expect(events[0]).toMatchObject({ type: 'realtime', entity: 'projects', data: row });
    expect(events[1]?.data).toEqual(changed.json.data);
    expect(events[2]?.data).toEqual(changed.json.data);
    expect(events[0]?.id).toBe(`${events[0]?.epoch}:${events[0]?.seq}`);
    expect(Date.parse(events[0]?.timestamp ?? '')).toBeGreaterThan(0);
    expectChain(events, subscribed.seq as number);
    const pong = await client.expectNothing();
    expect(pong).toEqual({
      op: 'pong',
      ref: 99,
      positions: { [subscribed.sub as string]: events[2]?.seq },
    });
  });

  it('keeps the digits of numbers', async () => {
    const client = await connect();
    await client.subscribe('projects');
    const budget = '12345678901234567890.12345678901234567890';
    const created = await call(server, 'POST', '/api/projects', `{"name":"n","budget":${budget}}`);
    await client.next();
    expect(created.text).toContain(budget);
    expect(client.frames.at(-1)).toContain(budget);
  });

  it('carries the entity as it was named', async () => {
    const client = await connect();
    await client.subscribe('ngos');
    await client.subscribe('organizations');
    await call(server, 'POST', '/api/organizations', { name: 'A' });
    const [byTable, byName] = await take(client, 2);
    expect([byTable?.entity, byName?.entity]).toEqual(['ngos', 'organizations']);
    expect(byTable?.id).toBe(byName?.id);
    expect(byTable?.sub).not.toBe(byName?.sub);
  });

  it('sends a row that enters and that leaves a filter, and no other', async () => {
    const client = await connect();
    const filter = 'status=eq.active,city=in.(Pune,"Xi\'an, CN")';
    const { seq } = await client.subscribe('projects', { filter });
    const row = await addProject(server, { status: 'draft', city: 'Pune' });
    const path = `/api/projects/${row.id}`;
    await call(server, 'PATCH', path, { status: 'active' });
    await call(server, 'PATCH', path, { city: "Xi'an, CN" });
    await call(server, 'PATCH', path, { status: 'completed' });
    await call(server, 'PATCH', path, { status: 'draft' });
    const events = await take(client, 3);
    expect(events.map(({ data }) => data?.status)).toEqual(['active', 'active', 'completed']);
    expectChain(events, seq as number);
    await client.expectNothing();
  });

  it('sends what is available at once as one frame', async () => {
    const client = await connect();
    const { seq } = await client.subscribe('projects');
    await server.database.query(
      "insert into projects (name) select 'burst ' || n from generate_series(1, 10) n",
    );
    const events = await take(client, 10);
    expectChain(events, seq as number);
    expect(client.frames).toHaveLength(2);
  });

  it('repeats the mutation id of the write, and only of that', async () => {
    const client = await connect();
    await client.subscribe('projects');
    const headers = { 'tidemark-mutation': 'm-17' };
    await call(server, 'POST', '/api/projects', { name: 'Mine' }, headers);
    await addProject(server);
    const [mine, other] = await take(client, 2);
    expect(mine?.mutation).toBe('m-17');
    expect(other).not.toHaveProperty('mutation');
  });

  it('stops after unsubscribe and asks to read again after a truncate', async () => {
    const client = await connect();
    const { sub } = await client.subscribe('vetting_queue');
    await server.database.query('truncate vetting_queue');
    expect(await client.next()).toEqual({ op: 'reset', sub });
    client.send({ op: 'unsubscribe', sub });
    await client.expectNothing();
    await call(server, 'POST', '/api/vetting_queue', { subject: 'x' });
    await client.expectNothing();
  });
});

describe('resume', () => {
  it.each([
    ['from memory', 5],
    ['from the table', 55],
  ])('replays exactly what was missed, %s', async (_name, missed) => {
    const first = await connect();
    const { epoch, seq } = await first.subscribe('projects');
    first.close();
    for (let n = 0; n < missed; n++) await addProject(server, { name: `missed ${n}` });
    const second = await connect();
    const answer = await second.subscribe('projects', { since: { epoch, seq } });
    const promised = { op: 'subscribed', recovered: true, replaying: true, seq, epoch };
    expect(answer).toMatchObject(promised);
    const events = await take(second, missed);
    expect(events.map(({ data }) => data?.name)).toEqual(
      Array.from({ length: missed }, (_, n) => `missed ${n}`),
    );
    expectChain(events, seq as number);
    expect(await second.next()).toEqual({ op: 'caught_up', sub: answer.sub });
    const live = await addProject(server, { name: 'live' });
    const next = await second.next();
    expect(next.data).toEqual(live);
    expect(next.prev).toBe(events.at(-1)?.seq);
  });

  it('loses nothing and repeats nothing while writes go on', async () => {
    const first = await connect();
    const { epoch, seq } = await first.subscribe('projects');
    first.close();
    for (let n = 0; n < 40; n++) await addProject(server, { city: 'Race' });
    const writing = (async () => {
      for (let n = 0; n < 40; n++) await addProject(server, { city: 'Race' });
    })();
    const second = await connect();
    await second.subscribe('projects', { since: { epoch, seq }, filter: 'city=eq.Race' });
    await writing;
    const messages = await take(second, 81);
    const events = messages.filter(({ type }) => type === 'realtime');
    expect(messages.filter(({ op }) => op === 'caught_up')).toHaveLength(1);
    // A promise that is kept too early is none.
    expect(messages.findIndex(({ op }) => op === 'caught_up')).toBeGreaterThanOrEqual(40);
    expectChain(events, seq as number);
    await second.expectNothing();
  });

  it('has nothing to replay for a client that missed nothing', async () => {
    const client = await connect();
    const { epoch, seq } = await client.subscribe('projects');
    const again = await client.subscribe('projects', { since: { epoch, seq } });
    expect(again).toMatchObject({ recovered: true, seq });
    expect(again).not.toHaveProperty('replaying');
    await client.expectNothing();
  });

  it('does not recover from another epoch or from the future', async () => {
    const client = await connect();
    const { epoch, seq = 0 } = await client.subscribe('projects');
    const other = await client.subscribe('projects', { since: { epoch: 'other', seq } });
    expect(other).toMatchObject({ recovered: false, seq });
    const future = await client.subscribe('projects', { since: { epoch, seq: seq + 1000 } });
    expect(future).toMatchObject({ recovered: false, seq });
  });
});

describe('refusals', () => {
  it.each([
    ['no JSON', '{"op":', 'malformed'],
    ['no object', '[7]', 'malformed'],
    ['no op', {}, 'malformed'],
    ['no ref', { op: 'subscribe', entity: 'projects' }, 'malformed'],
    ['a bad since', { op: 'subscribe', ref: 'r', entity: 'projects', since: 5 }, 'malformed'],
    ['an unknown op', { op: 'dance', ref: 'r' }, 'unknown_op'],
    ['an unknown entity', { op: 'subscribe', ref: 'r', entity: 'pg_user' }, 'unknown_entity'],
    ['__proto__', { op: 'subscribe', ref: 'r', entity: '__proto__' }, 'unknown_entity'],
    ['an unknown column', { filter: 'nope=eq.1' }, 'bad_filter'],
    ['an unknown operator', { filter: 'status=resembles.a' }, 'bad_filter'],
    ['a text for a number', { filter: 'id=eq.abc' }, 'bad_filter'],
    ['a broken in', { filter: 'id=in.1,2' }, 'bad_filter'],
  ])('answers %s with a code', async (_name, message, code) => {
    const client = await connect();
    const isFilter = typeof message === 'object' && 'filter' in message;
    client.send(isFilter ? { op: 'subscribe', ref: 'r', entity: 'projects', ...message } : message);
    expect(await client.next()).toMatchObject({ op: 'error', code });
    await client.expectNothing();
  });

  it('limits the subscriptions of a connection', async () => {
    const client = await connect();
    const messages = Array.from({ length: 101 }, (_, n) => {
      return { op: 'subscribe', ref: String(n), entity: 'projects' };
    });
    client.send(messages);
    const answers = await take(client, 101);
    expect(answers.at(-1)).toMatchObject({ code: 'too_many_subscriptions', ref: '100' });
    expect(answers.filter(({ op }) => op === 'subscribed')).toHaveLength(100);
  });

  it('survives an oversized frame', async () => {
    const client = await connect();
    client.send('x'.repeat(65 * 1024));
    expect(await client.closed).toBe(1009);
    const next = await connect();
    expect(await next.subscribe('projects')).toMatchObject({ op: 'subscribed' });
  });

  it('refuses foreign origins and lets in its own, localhost and programs', async () => {
    await expect(connect('', { origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(connect('', { origin: 'null' })).rejects.toThrow('403');
    await expect(connect('', { origin: 'http://localhost.evil.example' })).rejects.toThrow('403');
    await connect('', { origin: `http://127.0.0.1:${server.port}` });
    await connect('', { origin: 'http://localhost:5173' });
    await connect();
  });

  it('survives an upgrade to a strange path', async () => {
    for (const path of ['//', '/nowhere', '/realtime/../x']) {
      const status = await new Promise<number>((resolve, reject) => {
        request({
          port: server.port,
          host: '127.0.0.1',
          path,
          headers: { connection: 'Upgrade', upgrade: 'websocket' },
        })
          .on('response', (response) => resolve(response.statusCode ?? 0))
          .on('error', reject)
          .end();
      });
      expect(status).toBe(404);
    }
  });
});

describe('faults', () => {
  it('cuts and blocks one page only', async () => {
    const mine = await connect('?client=mine');
    const other = await connect('?client=other');
    const cut = await call(server, 'POST', '/demo/faults', { client: 'mine', cut: true });
    expect(cut.json).toEqual({ cut: 1, blocked: [] });
    expect(await mine.closed).toBe(1006);
    const again = await connect('?client=mine');
    await call(server, 'POST', '/demo/faults', { client: 'mine', block: ['websocket'] });
    expect(await again.closed).toBe(1006);
    await expect(connect('?client=mine')).rejects.toThrow('503');
    await call(server, 'POST', '/demo/faults', { client: 'mine', block: [] });
    await connect('?client=mine');
    await other.expectNothing();
    const stats = await call(server, 'GET', '/demo/stats');
    expect(stats.json).toMatchObject({ connections: { websocket: 2, sse: 0 } });
  });

  it.each([
    { block: ['mail'] },
    { cut: 1 },
    { retryAfter: -1 },
    { frames: 5 },
    { frames: { drop: 2 } },
    { frames: { delayMs: 1e9 } },
    { saves: 3 },
    { saves: { fail: -1 } },
    { client: 'x'.repeat(200) },
  ])('refuses %j', async (order) => {
    const { status, json } = await call(server, 'POST', '/demo/faults', order);
    expect([status, json.error?.code]).toEqual([400, 'bad_fault']);
  });

  it('says when to come back', async () => {
    const order = { client: 'busy', block: ['websocket', 'sse'], retryAfter: 7 };
    await call(server, 'POST', '/demo/faults', order);
    const stream = await call(server, 'GET', '/realtime/sse?client=busy');
    expect([stream.status, stream.headers.get('retry-after')]).toEqual([503, '7']);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { connection: 'Upgrade', upgrade: 'websocket' };
      const at = { port: server.port, host: '127.0.0.1', path: '/realtime?client=busy' };
      request({ ...at, headers })
        .on('response', resolve)
        .on('error', reject)
        .end();
    });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '7']);
  });

  it("spoils one page's frames, and for a while only", async () => {
    const rough = await connect('?client=rough');
    const smooth = await connect('?client=smooth');
    for (const client of [rough, smooth]) await client.subscribe('projects');
    const spoil = (frames: unknown) =>
      call(server, 'POST', '/demo/faults', { client: 'rough', frames });
    await spoil({ drop: 1 });
    const lost = await addProject(server);
    expect((await smooth.next()).data).toEqual(lost);
    await spoil(null);
    const seen = await addProject(server);
    expect((await rough.next()).data).toEqual(seen);

    await spoil({ duplicate: 1, forMs: 60_000 });
    const twice = await addProject(server);
    expect((await take(rough, 2)).map(({ data }) => data)).toEqual([twice, twice]);

    await spoil({ drop: 1, forMs: 50 });
    const answered = () => {
      rough.send({ op: 'ping' });
      return rough.messages.at(-1)?.op;
    };
    await expect.poll(answered, { timeout: 5000 }).toBe('pong');
  });
});
