import { RealtimeClient } from '@supabase/realtime-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { SupabaseOptions } from '../../js/testing/dialects/supabase.ts';
import type { Verdict } from '../../js/testing/link.ts';
import { MemoryFeed } from '../../js/testing/memory-feed.ts';
import { type Served, serve } from './serve.ts';

type Payload = {
  eventType: string;
  new: Record<string, unknown>;
  old: Record<string, unknown>;
  errors: string[] | null;
  commit_timestamp: string;
};
interface System {
  extension: string;
  status: string;
  message: string;
}

let feed: MemoryFeed;
let server: Served;
const clients: RealtimeClient[] = [];

async function start(options: SupabaseOptions = {}, port = 0): Promise<void> {
  server = await serve(feed, { port, supabase: options });
}

function connect(options: { vsn?: string; params?: Record<string, string> } = {}): RealtimeClient {
  const client = new RealtimeClient(`ws://127.0.0.1:${server.port}/realtime/v1`, {
    params: { apikey: 'anon' },
    transport: WebSocket as never,
    reconnectAfterMs: () => 30,
    ...options,
  });
  clients.push(client);
  return client;
}

interface Watched {
  channel: ReturnType<RealtimeClient['channel']>;
  statuses: string[];
  errors: string[];
  systems: System[];
  changes: Payload[];
}

type Wanted = {
  event: string;
  schema?: string;
  table?: string;
  filter?: string;
  select?: string[];
};

/** Subscribes, and keeps what the client reports. */
function watch(
  client: RealtimeClient,
  wanted: Wanted = { event: '*', schema: 'public', table: 'projects' },
  config: Record<string, unknown> = {},
): Watched {
  const channel = client.channel(`watch-${Math.random()}`, { config });
  const watched: Watched = { channel, statuses: [], errors: [], systems: [], changes: [] };
  channel.on('postgres_changes' as never, wanted as never, (payload: Payload) => {
    watched.changes.push(payload);
  });
  channel.on('system', {}, (payload: System) => watched.systems.push(payload));
  channel.subscribe((status, error) => {
    watched.statuses.push(status);
    if (error) watched.errors.push(error.message);
  });
  return watched;
}

const isReady = ({ systems }: Watched) => systems.some(({ status }) => status === 'ok');
const readiness = ({ systems }: Watched) => systems.filter(({ status }) => status === 'ok').length;

beforeEach(() => {
  feed = new MemoryFeed();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.disconnect();
  await server.close();
});

describe.each(['1.0.0', '2.0.0'])('realtime-js with vsn %s', (vsn) => {
  it('subscribes and receives insert, update and delete', async () => {
    await start();
    const watched = watch(connect({ vsn }));
    await expect.poll(() => isReady(watched)).toBe(true);
    expect(watched.statuses).toEqual(['SUBSCRIBED']);
    feed.insert('projects', { id: 5, name: 'Ünïcode 水', budget: 1.5, tags: ['a'] });
    feed.update('projects', { id: 5, name: 'B', budget: 2, tags: [] });
    feed.delete('projects', { id: 5 });
    feed.insert('volunteers', { id: 1 });
    await expect.poll(() => watched.changes.length).toBe(3);
    expect(watched.changes).toMatchObject([
      {
        eventType: 'INSERT',
        new: { id: 5, name: 'Ünïcode 水', budget: 1.5, tags: ['a'] },
        old: {},
      },
      { eventType: 'UPDATE', new: { id: 5, name: 'B' }, old: { id: 5, budget: 1.5 } },
      { eventType: 'DELETE', new: {}, old: { id: 5, name: 'B' } },
    ]);
    expect(watched.changes.every(({ errors }) => errors === null)).toBe(true);
    expect(Date.parse(watched.changes[0]?.commit_timestamp ?? '')).toBeGreaterThan(0);
  });

  it('joins again after a cut link and after a restart, and receives on', async () => {
    await start();
    const watched = watch(connect({ vsn }));
    await expect.poll(() => readiness(watched)).toBe(1);
    server.cut();
    await expect.poll(() => readiness(watched)).toBe(2);
    feed.insert('projects', { id: 1 });
    await expect.poll(() => watched.changes.length).toBe(1);
    const { port } = server;
    await server.close();
    await start({}, port);
    await expect.poll(() => readiness(watched)).toBe(3);
    feed.insert('projects', { id: 2 });
    await expect.poll(() => watched.changes.length).toBe(2);
    expect(watched.statuses.filter((status) => status === 'SUBSCRIBED')).toHaveLength(3);
  });

  it('stops after it left', async () => {
    await start();
    const watched = watch(connect({ vsn }));
    const other = watch(clients[0] as RealtimeClient);
    await expect.poll(() => isReady(watched) && isReady(other)).toBe(true);
    expect(await watched.channel.unsubscribe()).toBe('ok');
    feed.insert('projects', { id: 1 });
    await expect.poll(() => other.changes.length).toBe(1);
    expect(watched.changes).toEqual([]);
    expect(watched.statuses).toEqual(['SUBSCRIBED', 'CLOSED']);
  });
});

describe('bindings', () => {
  it('gives each its own changes, by their place in the join', async () => {
    await start();
    const channel = connect().channel('several');
    const seen: string[] = [];
    const on = (name: string, wanted: Wanted) =>
      channel.on(
        'postgres_changes' as never,
        wanted as never,
        ({ eventType, new: row }: Payload) => {
          seen.push(`${name} ${eventType} ${row.id ?? ''}`);
        },
      );
    const projects = { schema: 'public', table: 'projects' };
    on('inserts', { ...projects, event: 'INSERT' });
    on('deletes', { ...projects, event: 'DELETE' });
    on('active', { ...projects, event: '*', filter: 'status=eq.active,budget=gte.10' });
    on('all', { event: '*', schema: 'public' });
    let ready = false;
    channel.on('system', {}, () => {
      ready = true;
    });
    channel.subscribe();
    await expect.poll(() => ready).toBe(true);
    feed.insert('projects', { id: 1, status: 'active', budget: 9 });
    feed.update('projects', { id: 1, status: 'active', budget: 10 });
    feed.delete('projects', { id: 1 });
    feed.insert('volunteers', { id: 2 });
    await expect.poll(() => seen.length).toBe(8);
    expect(seen).toEqual([
      'inserts INSERT 1',
      'all INSERT 1',
      'active UPDATE 1',
      'all UPDATE 1',
      'deletes DELETE ',
      'active DELETE ',
      'all DELETE ',
      'all INSERT 2',
    ]);
  });

  it.each([
    ['name=eq."a,b"', 'a,b', 'a'],
    ['name=neq.a', 'b', 'a'],
    ['name=in.(a,"b,c")', 'b,c', 'c'],
    ['name=not.in.(a,b)', 'c', 'a'],
    ['name=like.a%', 'abc', 'ba'],
    ['name=ilike.A_c', 'abc', 'ac'],
    ['name=match.^a+$', 'aaa', 'ab'],
    ['name=imatch.^A', 'ab', 'ba'],
    ['name=is.null', null, 'a'],
    ['name=not.is.null', 'a', null],
    ['name=isdistinct.a', null, 'a'],
    ['name=lt.9', 8.5, 9],
    ['name=lte.9', 9, 10],
    ['name=gt.9', 10, 9],
    ['name=gte.2026-01-05', '2026-01-05T00:00:00+00:00', '2026-01-04T23:59:59Z'],
    ['name=is.true', true, false],
  ])('filters by %s', async (filter, inside, outside) => {
    await start();
    const table = { schema: 'public', table: 'projects' };
    const watched = watch(connect(), { event: '*', ...table, filter });
    await expect.poll(() => isReady(watched)).toBe(true);
    feed.insert('projects', { id: 1, name: outside });
    feed.insert('projects', { id: 2, name: inside });
    await expect.poll(() => watched.changes.length).toBe(1);
    expect(watched.changes[0]?.new).toEqual({ id: 2, name: inside });
  });

  it('says nothing of a row that leaves a filter', async () => {
    await start();
    const wanted = { event: '*', schema: 'public', table: 'projects', filter: 'status=eq.active' };
    const watched = watch(connect(), wanted);
    await expect.poll(() => isReady(watched)).toBe(true);
    feed.insert('projects', { id: 1, status: 'active' });
    feed.update('projects', { id: 1, status: 'done' });
    feed.insert('projects', { id: 2, status: 'active' });
    await expect.poll(() => watched.changes.length).toBe(2);
    expect(watched.changes.map(({ eventType }) => eventType)).toEqual(['INSERT', 'INSERT']);
  });

  it.each([
    ['an unknown operator', 'status=resembles.a'],
    ['no operator', 'status'],
    ['what a join without a filter says', 'undefined'],
    ['alternatives', 'or=(a.eq.1,b.eq.2)'],
    ['too many values', `id=in.(${Array.from({ length: 101 }, (_, n) => n).join(',')})`],
  ])(
    'refuses the filter with %s after the join, and leaves the channel open',
    async (_, filter) => {
      await start();
      const watched = watch(connect(), { event: '*', schema: 'public', table: 'projects', filter });
      await expect.poll(() => watched.systems.length).toBe(1);
      expect(watched.systems[0]).toMatchObject({ extension: 'postgres_changes', status: 'error' });
      expect(watched.systems[0]?.message).toContain('Error parsing `filter` params');
      expect(watched.statuses).toEqual(['SUBSCRIBED']);
    },
  );

  it('refuses it in the answer to a join that waits', async () => {
    await start();
    const filter = 'status=resembles.a';
    const wanted = { event: '*', schema: 'public', table: 'projects', filter };
    const watched = watch(connect(), wanted, { postgres_changes_options: { wait: true } });
    await expect.poll(() => watched.statuses).toEqual(['CHANNEL_ERROR']);
    expect(watched.errors[0]).toContain('RealtimeDisabledForConfiguration: Error parsing');
  });

  it('refuses a table and a schema that are not there', async () => {
    await start();
    const client = connect();
    const noTable = watch(client, { event: '*', schema: 'public', table: '__proto__?' });
    const noSchema = watch(client, { event: '*', schema: 'secret', table: 'projects' });
    for (const { systems } of [noTable, noSchema]) {
      await expect.poll(() => systems[0]?.message).toContain('Unable to subscribe to changes');
    }
  });
});

describe('the time between join and stream', () => {
  it('loses what is written in it', async () => {
    await start({ readyDelayMs: 150 });
    const watched = watch(connect());
    await expect.poll(() => watched.statuses).toEqual(['SUBSCRIBED']);
    feed.insert('projects', { id: 1 });
    await expect.poll(() => isReady(watched)).toBe(true);
    feed.insert('projects', { id: 2 });
    await expect.poll(() => watched.changes.map((change) => change.new.id)).toEqual([2]);
  });

  it('is before the answer to a join that waits', async () => {
    await start({ readyDelayMs: 150 });
    const watched = watch(connect(), undefined, { postgres_changes_options: { wait: true } });
    await expect.poll(() => watched.statuses).toEqual(['SUBSCRIBED']);
    feed.insert('projects', { id: 1 });
    await expect.poll(() => watched.changes.length).toBe(1);
  });

  it('may be longer than a join wants to wait', async () => {
    await start({ readyDelayMs: 1000 });
    const options = { postgres_changes_options: { wait: true, timeout: 50 } };
    const watched = watch(connect(), undefined, options);
    await expect.poll(() => watched.statuses).toEqual(['CHANNEL_ERROR']);
    expect(watched.errors[0]).toContain('PostgresChangesSubscribeTimeout');
  });
});

describe('records', () => {
  it('tells no more of a deleted row than its key where rows are secured', async () => {
    await start({ rowSecurity: true });
    const watched = watch(connect());
    const filtered = watch(clients[0] as RealtimeClient, {
      event: '*',
      schema: 'public',
      table: 'projects',
      filter: 'name=eq.A',
    });
    await expect.poll(() => isReady(watched) && isReady(filtered)).toBe(true);
    feed.insert('projects', { id: 1, name: 'A' });
    feed.delete('projects', { id: 1 });
    await expect.poll(() => watched.changes.length).toBe(2);
    expect(watched.changes[1]).toMatchObject({ eventType: 'DELETE', new: {}, old: { id: 1 } });
    expect(watched.changes[1]?.old).not.toHaveProperty('name');
    // The key alone does not say that the row was in the filter.
    expect(filtered.changes.map(({ eventType }) => eventType)).toEqual(['INSERT']);
  });

  it('sends only the small values of one that is too large', async () => {
    await start({ maxRecordBytes: 1000 });
    const watched = watch(connect());
    await expect.poll(() => isReady(watched)).toBe(true);
    const small = 'é'.repeat(31);
    feed.insert('projects', { id: 1, small, name: 'é'.repeat(32), text: 'x'.repeat(1000) });
    await expect.poll(() => watched.changes.length).toBe(1);
    expect(watched.changes[0]?.errors).toEqual(['Error 413: Payload Too Large']);
    expect(watched.changes[0]?.new).toEqual({ id: 1, small });
  });

  it('has only the selected columns', async () => {
    await start();
    const table = { schema: 'public', table: 'projects' };
    const watched = watch(connect(), { event: '*', ...table, select: ['id', 'name'] });
    await expect.poll(() => isReady(watched)).toBe(true);
    feed.insert('projects', { id: 1, name: 'A', secret: 's' });
    await expect.poll(() => watched.changes[0]?.new).toEqual({ id: 1, name: 'A' });
  });

  it('keeps the digits of numbers', async () => {
    await start();
    const watched = watch(connect());
    await expect.poll(() => isReady(watched)).toBe(true);
    const row = '{"id": 1, "budget": 12345678901234567890.12345678901234567890}';
    feed.insert('projects', row);
    await expect.poll(() => watched.changes.length).toBe(1);
    expect(server.sent.at(-1)).toContain(row);
  });
});

describe('tokens', () => {
  /** `good-…` holds for an hour, `brief` for a moment. */
  const verify = (token: string): Verdict => {
    if (token.startsWith('good')) return { kind: 'valid', expiresAt: Date.now() + 3_600_000 };
    if (token === 'brief') return verdictOfBrief();
    return { kind: token === 'old' ? 'expired' : token === 'forged' ? 'forged' : 'malformed' };
  };
  let briefEnds = 0;
  const verdictOfBrief = (): Verdict =>
    Date.now() < briefEnds ? { kind: 'valid', expiresAt: briefEnds } : { kind: 'expired' };

  it('are changed without a gap', async () => {
    await start({ verify });
    const client = connect();
    await client.setAuth('good-1');
    const watched = watch(client);
    await expect.poll(() => readiness(watched)).toBe(1);
    await client.setAuth('good-2');
    feed.insert('projects', { id: 1 });
    await expect.poll(() => readiness(watched)).toBe(2);
    feed.insert('projects', { id: 2 });
    await expect.poll(() => watched.changes.map((change) => change.new.id)).toEqual([1, 2]);
    expect(server.received.some((frame) => frame.includes('"access_token"'))).toBe(true);
    expect(server.opened).toBe(1);
  });

  it.each([
    ['old', 'InvalidJWTToken: Token has expired'],
    ['forged', 'JwtSignatureError: Failed to validate JWT signature'],
    ['nonsense', 'MalformedJWT: The token provided is not a valid JWT'],
  ])('%s is refused in the answer to the join', async (token, reason) => {
    await start({ verify });
    const client = connect();
    await client.setAuth(token);
    const watched = watch(client);
    await expect.poll(() => watched.errors).toEqual([reason]);
    expect(watched.statuses).toEqual(['CHANNEL_ERROR']);
  });

  it('end their channel: the client is told why, and does not come back', async () => {
    await start({ verify });
    briefEnds = Date.now() + 300;
    const client = connect();
    await client.setAuth('brief');
    const watched = watch(client);
    await expect.poll(() => isReady(watched)).toBe(true);
    await expect.poll(() => watched.statuses.at(-1)).toBe('CLOSED');
    expect(watched.systems.at(-1)).toMatchObject({
      extension: 'system',
      status: 'error',
      message: 'Token has expired',
    });
    expect(client.getChannels()).toEqual([]);
  });

  it('that are new and no good end it too', async () => {
    await start({ verify });
    const client = connect();
    await client.setAuth('good');
    const watched = watch(client);
    await expect.poll(() => isReady(watched)).toBe(true);
    await client.setAuth('forged');
    await expect.poll(() => watched.statuses).toEqual(['SUBSCRIBED', 'CLOSED']);
    expect(watched.systems.at(-1)?.message).toBe('Failed to validate JWT signature');
  });

  it('of the URL hold for joins that show none', async () => {
    await start({ verify });
    const watched = watch(connect({ params: { apikey: 'good' } }));
    await expect.poll(() => isReady(watched)).toBe(true);
  });
});

describe('limits and refusals', () => {
  it('refuses more channels than there may be', async () => {
    await start({ maxChannels: 1 });
    const client = connect();
    const first = watch(client);
    await expect.poll(() => isReady(first)).toBe(true);
    const second = watch(client);
    await expect.poll(() => second.errors).toEqual(['ChannelRateLimitReached: Too many channels']);
  });

  it('is tried again by the client after a restarting server', async () => {
    let restarting = true;
    const reason = 'RealtimeRestarting: Realtime is restarting, please standby';
    await start({ refuse: () => (restarting ? reason : undefined) });
    const watched = watch(connect());
    await expect.poll(() => watched.errors).toEqual([reason]);
    restarting = false;
    await expect.poll(() => isReady(watched), { timeout: 5000 }).toBe(true);
  });
});
