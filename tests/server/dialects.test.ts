import { RealtimeClient } from '@supabase/realtime-js';
import { Centrifuge } from 'centrifuge';
import { EventSource } from 'eventsource';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { addProject, call } from './support.ts';

interface Event {
  id: string;
  entity: string;
  action: string;
  data: Record<string, unknown>;
}
interface Payload {
  eventType: string;
  new: Record<string, unknown>;
  old: Record<string, unknown>;
}

let server: DemoServer;
const ends: Array<() => void> = [];
const at = (path: string, scheme = 'http') => `${scheme}://127.0.0.1:${server.port}${path}`;

function connectSupabase(query: Record<string, string> = {}) {
  const client = new RealtimeClient(at('/realtime/v1', 'ws'), {
    params: { apikey: 'anon', ...query },
    transport: WebSocket as never,
    reconnectAfterMs: () => 30,
  });
  ends.push(() => void client.disconnect());
  const channel = client.channel('any');
  const changes: Payload[] = [];
  const systems: Array<{ status: string; message: string }> = [];
  const errors: string[] = [];
  const on = (wanted: Record<string, string>) =>
    channel.on('postgres_changes' as never, wanted as never, (payload: Payload) => {
      changes.push(payload);
    });
  channel.on('system', {}, (payload) => systems.push(payload));
  const subscribe = () =>
    channel.subscribe((_status, error) => {
      if (error) errors.push(error.message);
    });
  return { client, on, subscribe, changes, systems, errors };
}

function connectCentrifugo(channel: string, query = '') {
  const client = new Centrifuge(at(`/connection/websocket${query}`, 'ws'), {
    websocket: WebSocket,
    minReconnectDelay: 20,
    maxReconnectDelay: 50,
  });
  ends.push(() => client.disconnect());
  const subscription = client.newSubscription(channel, { recoverable: true });
  const events: Event[] = [];
  const recovered: boolean[] = [];
  const errors: number[] = [];
  subscription.on('publication', ({ data }) => events.push(data as Event));
  subscription.on('subscribed', (context) => recovered.push(context.recovered));
  subscription.on('unsubscribed', ({ code }) => errors.push(code));
  subscription.subscribe();
  client.connect();
  return { client, events, recovered, errors };
}

function connectStream(path: string, headers: Record<string, string> = {}) {
  const lastIds: Array<string | null> = [];
  const source = new EventSource(at(path), {
    fetch: async (input, init) => {
      const response = await fetch(input, { ...init, headers: { ...init.headers, ...headers } });
      lastIds.push(response.headers.get('mercure-last-event-id'));
      return response;
    },
  });
  ends.push(() => source.close());
  const events: Event[] = [];
  const ids: string[] = [];
  source.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
    events.push(JSON.parse(data) as Event);
    ids.push(lastEventId);
  };
  return { source, events, ids, lastIds };
}

/** What a project becomes in its short life. */
async function live(): Promise<Array<Record<string, unknown>>> {
  const row = await addProject(server, { status: 'active', budget: 12.5 });
  const { json } = await call(server, 'PATCH', `/api/projects/${row.id}`, { city: 'Multan' });
  await call(server, 'DELETE', `/api/projects/${row.id}`);
  return [row, json.data as Record<string, unknown>];
}

const cut = (client: string) => call(server, 'POST', '/demo/faults', { client, cut: true });

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

describe('without tokens', () => {
  beforeAll(async () => {
    server = await createDemoServer({ outbox: { tailCount: 20 } });
  }, 60_000);
  afterAll(() => server.close());

  it('realtime-js sees what is written through REST', async () => {
    const { on, subscribe, changes, systems } = connectSupabase();
    on({ event: '*', schema: 'public', table: 'projects', filter: 'status=eq.active' });
    subscribe();
    await expect.poll(() => systems.at(-1)?.message).toBe('Subscribed to PostgreSQL');
    await addProject(server, { status: 'draft' });
    const [created, changed] = await live();
    await expect.poll(() => changes.length).toBe(3);
    expect(changes.map(({ eventType }) => eventType)).toEqual(['INSERT', 'UPDATE', 'DELETE']);
    expect(changes[0]?.new).toEqual(created);
    expect(changes[1]).toMatchObject({ new: changed, old: created });
    expect(changes[2]).toMatchObject({ new: {}, old: changed });
  });

  it('realtime-js hears of a filter that the database would refuse', async () => {
    const { on, subscribe, systems } = connectSupabase();
    on({ event: '*', schema: 'public', table: 'projects', filter: 'nope=eq.1' });
    subscribe();
    await expect.poll(() => systems.at(-1)?.message).toContain("'nope' is no column of projects");
  });

  it('realtime-js is cut and blocked by the same faults, and comes back', async () => {
    const { on, subscribe, changes, systems } = connectSupabase({ client: 'supabase' });
    on({ event: 'INSERT', schema: 'public', table: 'projects' });
    subscribe();
    await expect.poll(() => systems.length).toBe(1);
    const fault = await call(server, 'POST', '/demo/faults', {
      client: 'supabase',
      block: ['websocket'],
    });
    expect(fault.json).toMatchObject({ cut: 1 });
    await call(server, 'POST', '/demo/faults', { client: 'supabase', block: [] });
    await expect.poll(() => systems.length).toBe(2);
    const row = await addProject(server);
    await expect.poll(() => changes.map((each) => each.new)).toEqual([row]);
  });

  it('centrifuge sees what is written through REST, and recovers what it missed', async () => {
    const watched = connectCentrifugo('projects?status=eq.active', '?client=centrifugo');
    await expect.poll(() => watched.recovered).toEqual([false]);
    const [created, changed] = await live();
    await expect.poll(() => watched.events.length).toBe(3);
    expect(watched.events.map(({ action }) => action)).toEqual(['insert', 'update', 'delete']);
    expect(watched.events.map(({ data }) => data)).toEqual([created, changed, changed]);
    const away = new Promise<void>((resolve) => watched.client.once('connecting', () => resolve()));
    await call(server, 'POST', '/demo/faults', { client: 'centrifugo', block: ['websocket'] });
    await away;
    await live();
    await call(server, 'POST', '/demo/faults', { client: 'centrifugo', block: [] });
    await expect.poll(() => watched.recovered).toEqual([false, true]);
    await expect.poll(() => watched.events.length).toBe(6);
    expect(new Set(watched.events.map(({ id }) => id)).size).toBe(6);
  });

  it('centrifuge hears that its position is too old', async () => {
    const watched = connectCentrifugo('organizations', '?client=late');
    await expect.poll(() => watched.recovered).toEqual([false]);
    await call(server, 'POST', '/demo/faults', { client: 'late', block: ['websocket'] });
    await call(server, 'POST', '/api/organizations', { name: 'missed' });
    for (let n = 0; n < 25; n++) await addProject(server);
    await call(server, 'POST', '/demo/faults', { client: 'late', block: [] });
    await expect.poll(() => watched.recovered).toEqual([false, false]);
    await call(server, 'POST', '/api/organizations', { name: 'next' });
    await expect.poll(() => watched.events.map(({ data }) => data.name)).toEqual(['next']);
    expect(watched.events[0]?.entity).toBe('organizations');
  });

  it('eventsource on Mercure sees what is written through REST, and what it missed', async () => {
    const watched = connectStream('/.well-known/mercure?topic=projects&client=mercure');
    await expect.poll(() => watched.source.readyState).toBe(EventSource.OPEN);
    const [created, changed] = await live();
    await expect
      .poll(() => watched.events.map(({ data }) => data))
      .toEqual([created, changed, changed]);
    await cut('mercure');
    await live();
    await expect.poll(() => watched.events.length, { timeout: 8000 }).toBe(6);
    expect(watched.ids).toEqual(watched.events.map(({ id }) => id));
    expect(watched.lastIds).toEqual([null, watched.ids[2]]);
  });

  it('eventsource on Mercure hears of a loss', async () => {
    await addProject(server);
    const id = 'another-history:1';
    const watched = connectStream('/.well-known/mercure?topic=*', { 'last-event-id': id });
    await expect.poll(() => watched.lastIds.length).toBe(1);
    expect(watched.lastIds[0]).toMatch(/^[\w-]+:\d+$/);
    expect(watched.lastIds[0]).not.toBe(id);
  });

  it('bare events tell of what is written through REST', async () => {
    const stream = connectStream('/events');
    const socket = new WebSocket(at('/events?entity=applications', 'ws'));
    ends.push(() => socket.terminate());
    const events: Event[] = [];
    socket.on('message', (data) => events.push(JSON.parse(String(data)) as Event));
    await expect.poll(() => socket.readyState).toBe(WebSocket.OPEN);
    await expect.poll(() => stream.source.readyState).toBe(EventSource.OPEN);
    const project = await addProject(server);
    const { json } = await call(server, 'POST', '/api/applications', {
      project_id: project.id,
      volunteer_id: '00000000-0000-4000-8000-000000000001',
    });
    await expect.poll(() => stream.events.length).toBe(2);
    await expect.poll(() => events.length).toBe(1);
    expect(events[0]).toMatchObject({ entity: 'applications', data: json.data });
    expect(stream.events[1]).toMatchObject({ entity: 'volunteer_applications', data: json.data });
    expect(stream.events[0]).toMatchObject({ entity: 'projects', data: project });
  });

  it('foreign origins are refused everywhere, blocked clients too', async () => {
    await call(server, 'POST', '/demo/faults', { client: 'no', block: ['websocket', 'sse'] });
    const statusOf = (path: string, options: { origin?: string }) =>
      new Promise((resolve) => {
        const socket = new WebSocket(at(path, 'ws'), options);
        socket.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode);
          socket.terminate();
        });
        socket.on('open', () => resolve(101));
        socket.on('error', () => {});
      });
    for (const path of ['/realtime/v1/websocket', '/connection/websocket', '/events']) {
      expect(await statusOf(path, { origin: 'https://evil.example' })).toBe(403);
      expect(await statusOf(`${path}?client=no`, {})).toBe(503);
    }
    for (const path of ['/.well-known/mercure?topic=*', '/events']) {
      const headers = { origin: 'https://evil.example' };
      expect((await call(server, 'GET', path, undefined, headers)).status).toBe(403);
      const blocked = `${path}${path.includes('?') ? '&' : '?'}client=no`;
      expect((await call(server, 'GET', blocked)).status).toBe(503);
      expect((await call(server, 'POST', path)).status).toBe(405);
    }
    expect((await call(server, 'GET', '/.well-known/mercure')).status).toBe(400);
    expect((await call(server, 'GET', '/events?entity=__proto__')).status).toBe(404);
    expect(await statusOf('/events?entity=__proto__', {})).toBe(404);
  });

  it('survives what is no frame of their protocols', async () => {
    for (const path of ['/realtime/v1/websocket', '/connection/websocket']) {
      for (const frame of ['{"__proto__":', Buffer.from([0xff, 0xfe]), 'x'.repeat(70_000)]) {
        const socket = new WebSocket(at(path, 'ws'));
        ends.push(() => socket.terminate());
        socket.on('error', () => {});
        socket.on('open', () => socket.send(frame));
        const closed = new Promise((resolve) => socket.on('close', resolve));
        const isIgnored = path.startsWith('/realtime') && typeof frame !== 'string';
        if (!isIgnored) expect(await closed).toBeGreaterThan(1000);
      }
    }
    await addProject(server);
  });
});

describe('with tokens', () => {
  beforeAll(async () => {
    server = await createDemoServer({ auth: {} });
  }, 60_000);
  afterAll(() => server.close());

  const issue = async () => {
    const { text } = await call(server, 'POST', '/api/token');
    return (JSON.parse(text) as { token: string }).token;
  };

  it('all of them want one', async () => {
    const { on, subscribe, errors } = connectSupabase();
    on({ event: '*', schema: 'public', table: 'projects' });
    subscribe();
    await expect.poll(() => errors[0]).toContain('JwtSignatureError');
    const { client } = connectCentrifugo('projects');
    const code = new Promise((resolve) => client.on('disconnected', (each) => resolve(each.code)));
    expect(await code).toBe(3500);
    expect((await call(server, 'GET', '/.well-known/mercure?topic=*')).status).toBe(401);
    expect((await call(server, 'GET', '/events')).status).toBe(401);
  });

  it('and serve those that have one', async () => {
    const token = await issue();
    const supabase = connectSupabase();
    await supabase.client.setAuth(token);
    supabase.on({ event: '*', schema: 'public', table: 'projects' });
    supabase.subscribe();
    const centrifugo = connectCentrifugo('projects');
    centrifugo.client.setToken(token);
    const headers = { authorization: `Bearer ${token}` };
    const mercure = connectStream('/.well-known/mercure?topic=projects', headers);
    const plain = connectStream('/events', headers);
    await expect.poll(() => supabase.systems.length).toBe(1);
    await expect.poll(() => centrifugo.recovered.length).toBe(1);
    await expect.poll(() => mercure.source.readyState).toBe(EventSource.OPEN);
    await expect.poll(() => plain.source.readyState).toBe(EventSource.OPEN);
    const row = await addProject(server);
    await expect.poll(() => supabase.changes[0]?.new).toEqual(row);
    for (const { events } of [centrifugo, mercure, plain]) {
      await expect.poll(() => events[0]?.data).toEqual(row);
    }
  });
});
