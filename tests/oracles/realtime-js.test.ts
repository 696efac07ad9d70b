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

type Wanted = { event: string; schema?: string; table?: string; filter?: string; select?: string[] };

/** Subscribes, and keeps what the client reports. */
function watch(
  client: RealtimeClient,
  wanted: Wanted = { event: '*', schema: 'public', table: 'projects' },
  config: Record<string, unknown> = {},
): Watched {
  const channel = client.channel(`watch-${Math.random()}`, { config });
  const watched: Watched = { channel, statuses: [], errors: [], systems: [], changes: [] };
  channel.on('postgres_changes' as never, wanted as never, (payload: never) => {
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
      { eventType: 'INSERT', new: { id: 5, name: 'Ünïcode 水', budget: 1.5, tags: ['a'] }, old: {} },
      { eventType: 'UPDATE', new: { id: 5, name: 'B' }, old: { id: 5, budget: 1.5 } },
      { eventType: 'DELETE', new: {}, old: { id: 5, name: 'B' } },
    ]);
    expect(watched.changes.every(({ errors }) => errors === null)).toBe(true);
    expect(Date.parse(watched.changes[0]?.commit_timestamp ?? '')).toBeGreaterThan(0);
  });
});
