import { EventSource } from 'eventsource';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { addProject, call, expectChain } from './support.ts';
import type { Message } from './ws-client.ts';

let server: DemoServer;
const sources: EventSource[] = [];

interface Received {
  messages: Message[];
  ids: string[];
}

function open(subscriptions: unknown, headers: Record<string, string> = {}, query = ''): Received {
  const url = new URL(`http://127.0.0.1:${server.port}/realtime/sse${query}`);
  url.searchParams.set('subscribe', JSON.stringify(subscriptions));
  const source = new EventSource(url, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
  });
  sources.push(source);
  const received: Received = { messages: [], ids: [] };
  source.onmessage = (event: MessageEvent<string>) => {
    const parsed = JSON.parse(event.data) as Message | Message[];
    received.messages.push(...(Array.isArray(parsed) ? parsed : [parsed]));
    received.ids.push(event.lastEventId);
  };
  return received;
}

function eventsOf({ messages }: Received): Message[] {
  return messages.filter(({ type }) => type === 'realtime');
}

beforeAll(async () => {
  server = await createDemoServer({ ssePongIntervalMs: 100, outbox: { tailCount: 5 } });
}, 60_000);
afterAll(() => server.close());
afterEach(() => {
  for (const source of sources.splice(0)) source.close();
});

it('answers each subscription, then sends events with ids, and pongs', async () => {
  const received = open([
    { ref: 'a', entity: 'projects' },
    { ref: 'b', entity: 'projects', filter: 'status=eq.completed' },
    { ref: 'c', entity: 'nothing' },
  ]);
  await expect.poll(() => received.messages.length).toBeGreaterThanOrEqual(3);
  const bySubscription = new Map(received.messages.map((each) => [each.ref, each]));
  expect(bySubscription.get('a')).toMatchObject({ op: 'subscribed', recovered: false });
  expect(bySubscription.get('c')).toMatchObject({ op: 'error', code: 'unknown_entity' });
  const row = await addProject(server, { status: 'completed' });
  await expect.poll(() => eventsOf(received).length).toBe(2);
  const [first, second] = eventsOf(received);
  expect(first?.data).toEqual(row);
  expect(first?.id).toBe(second?.id);
  await expect
    .poll(() => received.messages.filter(({ op }) => op === 'pong').at(-1)?.positions)
    .toEqual({ [first?.sub as string]: first?.seq, [second?.sub as string]: first?.seq });
  expect(received.ids.filter((id) => id !== '').at(-1)).toBe(`${first?.epoch}:${first?.seq}`);
});

it('starts from the later of Last-Event-ID and since', async () => {
  const start = open([{ ref: 'a', entity: 'projects' }]);
  await expect.poll(() => start.messages.length).toBeGreaterThan(0);
  const { epoch, seq = 0 } = start.messages[0] as Message;
  for (let n = 0; n < 12; n++) await addProject(server, { name: `n${n}` });
  await expect.poll(() => eventsOf(start).length).toBe(12);
  const middle = eventsOf(start)[4] as Message;

  const fromSince = open([{ ref: 'a', entity: 'projects', since: { epoch, seq } }]);
  await expect.poll(() => eventsOf(fromSince).length).toBe(12);
  expectChain(eventsOf(fromSince), seq);

  const fromHeader = open([{ ref: 'a', entity: 'projects', since: { epoch, seq } }], {
    'last-event-id': `${epoch}:${middle.seq}`,
  });
  await expect.poll(() => eventsOf(fromHeader).length).toBe(7);
  expect(fromHeader.messages[0]).toMatchObject({ recovered: true, seq: middle.seq });
  expectChain(eventsOf(fromHeader), middle.seq as number);
});

it('replays several subscriptions in the order of seq', async () => {
  const start = open([{ ref: 'a', entity: 'projects' }]);
  await expect.poll(() => start.messages.length).toBeGreaterThan(0);
  const { epoch, seq = 0 } = start.messages[0] as Message;
  for (let n = 0; n < 10; n++) {
    await addProject(server);
    await call(server, 'POST', '/api/organizations', { name: `o${n}` });
  }
  const since = { epoch, seq };
  const both = open([
    { ref: 'a', entity: 'projects', since },
    { ref: 'b', entity: 'organizations', since },
  ]);
  await expect.poll(() => eventsOf(both).length).toBe(20);
  const seqs = eventsOf(both).map((event) => event.seq as number);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
});

it('refuses foreign origins, bad queries and blocked clients', async () => {
  const get = (query: string, headers = {}) =>
    call(server, 'GET', `/realtime/sse${query}`, undefined, headers);
  expect((await get('', { origin: 'https://evil.example' })).status).toBe(403);
  expect((await get('?subscribe=x')).json.error?.code).toBe('malformed');
  expect((await get('?subscribe={}')).status).toBe(400);
  const received = open([{ ref: 'a', entity: 'projects' }], {}, '?client=p');
  await expect.poll(() => received.messages.length).toBeGreaterThan(0);
  const fault = await call(server, 'POST', '/demo/faults', { client: 'p', block: ['sse'] });
  expect(fault.json).toEqual({ cut: 1, blocked: ['sse'] });
  expect((await get('?client=p&subscribe=[]')).status).toBe(503);
});
