import { EventSource } from 'eventsource';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Verdict } from '../../js/testing/link.ts';
import { MemoryFeed } from '../../js/testing/memory-feed.ts';
import { type Served, type ServeOptions, serve } from './serve.ts';

interface Event {
  id: string;
  entity: string;
  action: string;
  data: { id: number };
  timestamp: string;
}
interface Watched {
  events: Event[];
  texts: string[];
  isOpen(): boolean;
  close(): void;
}

let feed: MemoryFeed;
let server: Served;
const opened: Watched[] = [];

async function start(options: ServeOptions = {}): Promise<void> {
  server = await serve(feed, options);
}

const OPENERS: Record<string, (query: string) => Watched> = {
  WebSocket: (query) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/events${query}`);
    const texts: string[] = [];
    const events: Event[] = [];
    socket.on('message', (data) => {
      texts.push(String(data));
      events.push(JSON.parse(String(data)) as Event);
    });
    const isOpen = () => socket.readyState === WebSocket.OPEN;
    return { events, texts, isOpen, close: () => socket.terminate() };
  },
  'an event stream': (query) => {
    const source = new EventSource(`http://127.0.0.1:${server.port}/events${query}`);
    const texts: string[] = [];
    const events: Event[] = [];
    source.onmessage = ({ data }: MessageEvent<string>) => {
      texts.push(data);
      events.push(JSON.parse(data) as Event);
    };
    const isOpen = () => source.readyState === EventSource.OPEN;
    return { events, texts, isOpen, close: () => source.close() };
  },
};

async function open(over: string, query = ''): Promise<Watched> {
  const watched = OPENERS[over]?.(query) as Watched;
  opened.push(watched);
  await expect.poll(() => watched.isOpen()).toBe(true);
  return watched;
}

beforeEach(() => {
  feed = new MemoryFeed();
});
afterEach(async () => {
  for (const each of opened.splice(0)) each.close();
  await server.close();
});

it.each(Object.keys(OPENERS))(
  'sends every change over %s, in five members and data',
  async (over) => {
    await start();
    const watched = await open(over);
    feed.insert('projects', '{"id": 1, "budget": 12345678901234567890.5}');
    feed.update('projects', { id: 1 });
    feed.delete('projects', { id: 1 });
    feed.insert('volunteers', { id: 2 });
    await expect.poll(() => watched.events.length).toBe(4);
    expect(watched.events.map(({ entity, action }) => `${action} ${entity}`)).toEqual([
      'insert projects',
      'update projects',
      'delete projects',
      'insert volunteers',
    ]);
    expect(watched.texts[0]).toContain('12345678901234567890.5');
    expect(Object.keys(watched.events[0] ?? {}).sort()).toEqual(
      ['type', 'id', 'entity', 'action', 'data', 'timestamp'].sort(),
    );
  },
);

it.each(Object.keys(OPENERS))(
  'sends one entity, by the name it was asked for, over %s',
  async (over) => {
    const tables = { table: (name: string) => (name === 'people' ? 'volunteers' : undefined) };
    const { anyTables } = await import('../../js/testing/tables.ts');
    await start({ plain: { tables: { ...anyTables, ...tables } } });
    const watched = await open(over, '?entity=people');
    feed.insert('projects', { id: 1 });
    feed.insert('volunteers', { id: 2 });
    await expect.poll(() => watched.events.length).toBe(1);
    expect(watched.events[0]).toMatchObject({ entity: 'people', data: { id: 2 } });
  },
);

it.each(Object.keys(OPENERS))(
  'ends %s when a table is emptied, for want of a word',
  async (over) => {
    await start();
    const watched = await open(over);
    feed.truncate('projects');
    await expect.poll(() => watched.isOpen()).toBe(false);
  },
);

it('wants a token where one is asked for, and ends with it', async () => {
  const verify = (token: string): Verdict =>
    token === 'brief' ? { kind: 'valid', expiresAt: Date.now() + 200 } : { kind: 'forged' };
  await start({ plain: { verify } });
  const url = `127.0.0.1:${server.port}/events`;
  expect((await fetch(`http://${url}`)).status).toBe(401);
  expect((await fetch(`http://${url}?entity=${'__proto__'}!`)).status).toBe(401);
  const headers = { authorization: 'Bearer brief' };
  const socket = new WebSocket(`ws://${url}`, { headers });
  expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(4401);
  const response = await fetch(`http://${url}`, { headers });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});

it('refuses an entity that is none', async () => {
  await start();
  const response = await fetch(`http://127.0.0.1:${server.port}/events?entity=no%20such`);
  expect(response.status).toBe(404);
});
