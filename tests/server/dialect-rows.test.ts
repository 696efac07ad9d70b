// Tidemark and the official clients, over one gateway on a real Postgres, through the same faults:
// in the end all of them show what the table holds.
import { RealtimeClient } from '@supabase/realtime-js';
import { Centrifuge } from 'centrifuge';
import { EventSource } from 'eventsource';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import type { Dialect } from '../../js/index.ts';
import { type Cluster, startPostgres } from './postgres-cluster.ts';
import { addProject, call } from './support.ts';
import { watchList } from './watched-list.ts';

type Row = Record<string, unknown> & { id: number };

let cluster: Cluster;
let server: DemoServer;
const ends: Array<() => void> = [];

beforeAll(async () => {
  cluster = await startPostgres();
  server = await createDemoServer({ databaseUrl: cluster.url });
}, 60_000);
afterAll(async () => {
  await server?.close();
  await cluster?.stop();
}, 30_000);
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const address = (scheme: string, path: string) => `${scheme}://127.0.0.1:${server.port}${path}`;
const faults = (body: object) => call(server, 'POST', '/demo/faults', body);

async function table(filter = ''): Promise<Row[]> {
  const { json } = await call(server, 'GET', `/api/projects?limit=1000${filter}`);
  return sorted(json.data as unknown as Row[]);
}
const sorted = (rows: Iterable<Row>) => [...rows].sort((a, b) => a.id - b.id);

interface Watcher {
  rows(): Row[];
}

/** A list of projects in a page of its own. */
function tidemark(options: { url: string; dialect?: Dialect; filter?: string }) {
  const { url, dialect, filter } = options;
  const read = () => table(filter === undefined ? '' : `&${filter}`);
  const list = watchList<Row>(
    { entity: 'projects', filter, read },
    { websocketUrl: url, dialect, WebSocket },
  );
  ends.push(list.end);
  return { ...list, rows: () => sorted(list.rows()) };
}

/** What those who use the official clients write themselves: read when it is ready, then patch. */
class HandMade implements Watcher {
  #rows = new Map<number, Row>();
  #reading = 0;

  read(): void {
    const reading = ++this.#reading;
    void table().then((rows) => {
      if (reading === this.#reading) this.#rows = new Map(rows.map((row) => [row.id, row]));
    });
  }
  take(gone: boolean, row: Row): void {
    // What a read in flight may not have seen.
    if (this.#reading > 0) setTimeout(() => this.#apply(gone, row), 0);
    else this.#apply(gone, row);
  }
  #apply(gone: boolean, row: Row): void {
    const held = this.#rows.get(row.id);
    if (gone) this.#rows.delete(row.id);
    else if (!held || Number(held.version) <= Number(row.version)) this.#rows.set(row.id, row);
  }
  rows(): Row[] {
    return sorted(this.#rows.values());
  }
}

function supabaseClient(): Watcher {
  const watcher = new HandMade();
  const client = new RealtimeClient(address('ws', '/realtime/v1'), {
    params: { apikey: 'anon', client: 'official' },
    transport: WebSocket as never,
    reconnectAfterMs: () => 30,
  });
  ends.push(() => void client.disconnect());
  client
    .channel('projects')
    .on(
      'postgres_changes' as never,
      { event: '*', schema: 'public', table: 'projects' } as never,
      ({ eventType, ...rows }: { eventType: string; new: Row; old: Row }) =>
        watcher.take(eventType === 'DELETE', eventType === 'DELETE' ? rows.old : rows.new),
    )
    .on('system', {}, ({ status }: { status: string }) => {
      if (status === 'ok') watcher.read();
    })
    .subscribe();
  return watcher;
}

interface SeedEvent {
  action: string;
  data: Row;
}

function centrifugoClient(): Watcher {
  const watcher = new HandMade();
  const client = new Centrifuge(address('ws', '/connection/websocket?client=official'), {
    websocket: WebSocket,
    minReconnectDelay: 20,
    maxReconnectDelay: 50,
  });
  ends.push(() => client.disconnect());
  const subscription = client.newSubscription('projects', { recoverable: true });
  subscription.on('publication', ({ data }) => {
    const { action, data: row } = data as SeedEvent;
    watcher.take(action === 'delete', row);
  });
  subscription.on('subscribed', ({ recovered }) => {
    if (!recovered) watcher.read();
  });
  subscription.subscribe();
  client.connect();
  return watcher;
}

function mercureClient(): Watcher {
  const watcher = new HandMade();
  const url = address('http', '/.well-known/mercure?topic=projects&client=official');
  const source = new EventSource(url);
  ends.push(() => source.close());
  source.onopen = () => watcher.read();
  source.onmessage = ({ data }: MessageEvent<string>) => {
    const { action, data: row } = JSON.parse(data) as SeedEvent;
    watcher.take(action === 'delete', row);
  };
  return watcher;
}

let seed = 1;
const random = (below: number) => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
};

/** Some of everything, on rows of its own. */
async function write(count: number): Promise<void> {
  const own: number[] = [];
  for (let i = 0; i < count; i++) {
    const id = own[random(Math.max(1, own.length))];
    const kind = random(10);
    const status = random(2) === 0 ? 'active' : 'draft';
    if (id === undefined || kind < 3) {
      own.push(Number((await addProject(server, { status, budget: i })).id));
    } else if (kind < 9) {
      await call(server, 'PATCH', `/api/projects/${id}`, { status, budget: random(1000) });
    } else {
      await call(server, 'DELETE', `/api/projects/${id}`);
      own.splice(own.indexOf(id), 1);
    }
  }
}

/** Cuts, and absences during which much is written, of every client. */
async function goThroughFaults(transport: 'websocket' | 'sse'): Promise<void> {
  await write(20);
  for (const client of ['ours', 'official']) await faults({ client, cut: true });
  await write(10);
  for (const client of ['ours', 'official']) await faults({ client, block: [transport] });
  await write(20);
  for (const client of ['ours', 'official']) await faults({ client, block: [] });
  await write(20);
}

const DIALECTS: ReadonlyArray<{
  name: string;
  url(): string;
  dialect?: Dialect;
  transport: 'websocket' | 'sse';
  official?: () => Watcher;
}> = [
  {
    name: 'Supabase',
    url: () => address('ws', '/realtime/v1/websocket?apikey=anon&client=ours'),
    transport: 'websocket',
    official: supabaseClient,
  },
  {
    name: 'Centrifugo',
    url: () => address('ws', '/connection/websocket?client=ours'),
    transport: 'websocket',
    official: centrifugoClient,
  },
  {
    name: 'Mercure',
    url: () => address('http', '/.well-known/mercure?client=ours'),
    transport: 'sse',
    official: mercureClient,
  },
  {
    name: 'a bare WebSocket',
    url: () => address('ws', '/events?client=ours'),
    dialect: 'plain',
    transport: 'websocket',
  },
  {
    name: 'a bare event stream',
    url: () => address('http', '/events?client=ours'),
    dialect: 'plain',
    transport: 'sse',
  },
];

describe.each(DIALECTS)('over $name', ({ url, dialect, transport, official }) => {
  it('every client ends with the rows of the table', async () => {
    const all = tidemark({ url: url(), ...(dialect ? { dialect } : {}) });
    const active = tidemark({
      url: url(),
      filter: 'status=eq.active',
      ...(dialect ? { dialect } : {}),
    });
    const other = official?.();
    await expect.poll(all.continuity, { timeout: 10_000 }).toBe('live');
    await expect.poll(active.continuity, { timeout: 10_000 }).toBe('live');
    await goThroughFaults(transport);
    const rows = await table();
    const options = { timeout: 15_000 };
    await expect.poll(all.rows, options).toEqual(rows);
    await expect
      .poll(active.rows, options)
      .toEqual(rows.filter(({ status }) => status === 'active'));
    await expect.poll(all.continuity, options).toBe('live');
    if (other) await expect.poll(() => other.rows(), options).toEqual(rows);
    expect(all.errors).toEqual([]);
    expect(all.stats()?.framesRejected).toBe(0);
  }, 60_000);
});

it('Centrifugo and Mercure go on where they were, without a read', async () => {
  for (const { name, url, transport } of DIALECTS.slice(1, 3)) {
    const list = tidemark({ url: url() });
    await expect.poll(list.continuity, { timeout: 10_000 }).toBe('live');
    // Before its first event a hub has nothing after which a client could go on.
    await write(1);
    await expect.poll(list.rows).toEqual(await table());
    const reads = list.reads();
    await faults({ client: 'ours', block: [transport] });
    await write(10);
    await faults({ client: 'ours', block: [] });
    const rows = await table();
    await expect.poll(list.rows, { timeout: 15_000 }).toEqual(rows);
    expect(list.stats()?.reconnects, name).toBeGreaterThan(0);
    expect(list.reads(), name).toBe(reads);
  }
}, 60_000);
