import { EventSource } from 'eventsource';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TopicSelector } from '../../js/testing/dialects/topic-selector.ts';
import type { Verdict } from '../../js/testing/link.ts';
import { MemoryFeed } from '../../js/testing/memory-feed.ts';
import { type Served, type ServeOptions, serve } from './serve.ts';

interface Event {
  type: string;
  id: string;
  entity: string;
  action: string;
  data: { id: number; name?: string };
  timestamp: string;
}

let feed: MemoryFeed;
let server: Served;
const sources: EventSource[] = [];

async function start(options: ServeOptions = {}): Promise<void> {
  server = await serve(feed, { ...options, mercure: { retryMs: 100, ...options.mercure } });
}

function watch(query: string, headers: Record<string, string> = {}) {
  const events: Event[] = [];
  const ids: string[] = [];
  /** Of each answer: what the hub said of the position that it was asked for. */
  const lastIds: Array<string | null> = [];
  const statuses: number[] = [];
  const url = `http://127.0.0.1:${server.port}/.well-known/mercure?${query}`;
  const source = new EventSource(url, {
    fetch: async (input, init) => {
      const response = await fetch(input, { ...init, headers: { ...init.headers, ...headers } });
      lastIds.push(response.headers.get('mercure-last-event-id'));
      statuses.push(response.status);
      return response;
    },
  });
  sources.push(source);
  source.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
    events.push(JSON.parse(data) as Event);
    ids.push(lastEventId);
  };
  return { source, events, ids, lastIds, statuses };
}

const names = ({ events }: { events: Event[] }) => events.map(({ data }) => data.name);
const openings = ({ statuses }: { statuses: number[] }) => statuses.length;

/** Breaks every stream, and waits for the first client that comes back. */
async function whileAway(write: () => void): Promise<void> {
  const before = server.requests.length;
  server.cut();
  write();
  await expect.poll(() => server.requests.length).toBeGreaterThan(before);
}

beforeEach(() => {
  feed = new MemoryFeed();
});
afterEach(async () => {
  for (const source of sources.splice(0)) source.close();
  await server.close();
});

describe('updates', () => {
  it('tell of changes as events, with ids that name their place', async () => {
    await start();
    const watched = watch('topic=projects');
    await expect.poll(() => openings(watched)).toBe(1);
    feed.insert('projects', { id: 1, name: 'Ünïcode\n水' });
    feed.insert('volunteers', { id: 1 });
    feed.update('projects', { id: 1, name: 'B' });
    feed.delete('projects', { id: 1 });
    await expect.poll(() => watched.events.length).toBe(3);
    expect(watched.events.map(({ action }) => action)).toEqual(['insert', 'update', 'delete']);
    const id = `${feed.epoch}:1`;
    const data = { id: 1, name: 'Ünïcode\n水' };
    expect(watched.events[0]).toMatchObject({ type: 'realtime', id, entity: 'projects', data });
    expect(watched.ids).toEqual([1, 3, 4].map((seq) => `${feed.epoch}:${seq}`));
    expect(watched.lastIds).toEqual([null]);
  });

  it.each([
    ['topic=projects', ['p1', 'p2']],
    ['topic=projects/1', ['p1']],
    ['topic=projects/%7Bid%7D', ['p1', 'p2']],
    ['topic=%7Btable%7D', ['p1', 'p2', 'v1']],
    ['topic=*', ['p1', 'p2', 'v1']],
    ['topic=volunteers&topic=projects/2', ['p2', 'v1']],
    ['match=projects/1', ['p1']],
    ['match_exact=projects/%7Bid%7D&match_exact=volunteers', ['v1']],
    ['match_urlpattern=projects/:id', ['p1', 'p2']],
  ])('of %s are those that match', async (query, wanted) => {
    await start();
    const watched = watch(query);
    await expect.poll(() => openings(watched)).toBe(1);
    feed.insert('projects', { id: 1, name: 'p1' });
    feed.insert('projects', { id: 2, name: 'p2' });
    feed.insert('volunteers', { id: 1, name: 'v1' });
    const rest = watch(`topic=*&lastEventID=${feed.epoch}:0`);
    await expect.poll(() => rest.events.length).toBe(3);
    await expect.poll(() => names(watched)).toEqual(wanted);
  });
});

describe('a selector', () => {
  it.each([
    ['projects/{id}', 'projects/1/edits', false],
    ['projects/{+rest}', 'projects/1/edits', true],
    ['{a}/{b}', 'projects/1', true],
    ['projects/{id}', 'old/projects/1', false],
    ['projects/{id}/edits', 'projects/1', false],
    ['https://a.example/{id}', 'https://a.example/5', true],
    ['projects', 'projects/1', false],
  ])('%s and the topic %s: %s', (selector, topic, matches) => {
    expect(new TopicSelector(selector, 'template').matches(topic)).toBe(matches);
  });
});

describe('a client that comes back', () => {
  it('names its last id and gets what it missed, once each', async () => {
    await start();
    const watched = watch('topic=projects');
    await expect.poll(() => openings(watched)).toBe(1);
    feed.insert('projects', { id: 1, name: '1' });
    await expect.poll(() => watched.events.length).toBe(1);
    await whileAway(() => {
      for (let n = 2; n <= 9; n++) {
        feed.insert('projects', { id: n, name: `${n}` });
        feed.insert('volunteers', { id: n });
      }
    });
    await expect.poll(() => watched.events.length).toBe(9);
    feed.insert('projects', { id: 10, name: '10' });
    await expect.poll(() => watched.events.length).toBe(10);
    expect(names(watched)).toEqual(Array.from({ length: 10 }, (_, n) => `${n + 1}`));
    const asked = server.requests[1]?.headers['last-event-id'];
    expect(asked).toBe(`${feed.epoch}:1`);
    // The same id as it asked for: nothing was lost.
    expect(watched.lastIds).toEqual([null, asked]);
  });

  it.each([
    ['the feed keeps it no longer', () => {}],
    ['the feed counts anew', () => feed.newEpoch()],
    ['a table was emptied', () => feed.truncate('volunteers')],
  ])('hears of the loss where %s', async (name, lose) => {
    feed = new MemoryFeed({ history: name.includes('longer') ? 3 : 100 });
    await start();
    const watched = watch('topic=projects');
    await expect.poll(() => openings(watched)).toBe(1);
    feed.insert('projects', { id: 1, name: '1' });
    await expect.poll(() => watched.events.length).toBe(1);
    const last = watched.ids[0];
    await whileAway(() => {
      lose();
      for (let n = 2; n <= 6; n++) feed.insert('projects', { id: n });
    });
    await expect.poll(() => openings(watched)).toBe(2);
    expect(server.requests[1]?.headers['last-event-id']).toBe(last);
    expect(watched.lastIds[1]).toBe(`${feed.epoch}:${feed.head}`);
    expect(watched.lastIds[1]).not.toBe(last);
    feed.insert('projects', { id: 7, name: 'next' });
    await expect.poll(() => names(watched)).toEqual(['1', 'next']);
  });

  it.each(['lastEventID', 'last_event_id'])('may name it as %s in the URL', async (parameter) => {
    await start();
    for (let n = 1; n <= 3; n++) feed.insert('projects', { id: n, name: `${n}` });
    const watched = watch(`topic=projects&${parameter}=${feed.epoch}:1`);
    await expect.poll(() => names(watched)).toEqual(['2', '3']);
    const fresher = watch(`topic=projects&${parameter}=${feed.epoch}:1`, {
      'last-event-id': `${feed.epoch}:2`,
    });
    await expect.poll(() => names(fresher)).toEqual(['3']);
  });

  it('may ask for all that is kept', async () => {
    feed = new MemoryFeed({ history: 3 });
    await start();
    for (let n = 1; n <= 3; n++) feed.insert('projects', { id: n, name: `${n}` });
    const watched = watch('topic=projects&lastEventID=earliest');
    await expect.poll(() => names(watched)).toEqual(['1', '2', '3']);
    expect(watched.lastIds).toEqual(['earliest']);
    feed.insert('projects', { id: 4 });
    const late = watch('topic=projects&lastEventID=earliest');
    await expect.poll(() => late.lastIds).toEqual([`${feed.epoch}:4`]);
  });

  it('from the future hears of it', async () => {
    await start();
    const watched = watch(`topic=projects&lastEventID=${feed.epoch}:99`);
    await expect.poll(() => watched.lastIds).toEqual(['earliest']);
  });

  it('is sent away when a table is emptied, and so hears of it', async () => {
    await start();
    const watched = watch('topic=projects');
    await expect.poll(() => openings(watched)).toBe(1);
    feed.insert('projects', { id: 1, name: '1' });
    await expect.poll(() => watched.events.length).toBe(1);
    feed.truncate('projects');
    await expect.poll(() => openings(watched)).toBe(2);
    expect(watched.lastIds[1]).toBe(`${feed.epoch}:2`);
  });
});

describe('tokens', () => {
  const verify = (token: string): Verdict => {
    if (token === 'good') return { kind: 'valid', expiresAt: Date.now() + 3_600_000 };
    if (token === 'brief') return { kind: 'valid', expiresAt: Date.now() + 200 };
    return { kind: token === '' ? 'malformed' : 'forged' };
  };

  it.each([
    ['a header', '', { authorization: 'Bearer good' }],
    ['a cookie', '', { cookie: 'a=b; mercureAuthorization=good' }],
    ['the URL', '&authorization=good', {}],
  ])('are taken from %s', async (_name, query, headers) => {
    await start({ mercure: { verify } });
    const watched = watch(`topic=projects${query}`, headers as Record<string, string>);
    await expect.poll(() => watched.statuses).toEqual([200]);
    feed.insert('projects', { id: 1 });
    await expect.poll(() => watched.events.length).toBe(1);
  });

  it('that are no good are answered 401, and the client stops', async () => {
    await start({ mercure: { verify } });
    const without = watch('topic=projects');
    const forged = watch('topic=projects', { authorization: 'Bearer forged' });
    await expect.poll(() => [...without.statuses, ...forged.statuses]).toEqual([401, 401]);
    await expect.poll(() => without.source.readyState).toBe(EventSource.CLOSED);
  });

  it('end their stream', async () => {
    await start({ mercure: { verify } });
    const watched = watch('topic=projects&authorization=brief');
    await expect.poll(() => openings(watched)).toBe(1);
    await expect.poll(() => watched.source.readyState).toBe(EventSource.CONNECTING);
  });
});

describe('bad requests', () => {
  it.each([
    ['without a topic', ''],
    ['with an empty one', 'topic='],
    ['with a huge one', `topic=${'x'.repeat(2000)}`],
    ['with too many', Array.from({ length: 101 }, () => 'topic=a').join('&')],
    ['with too much in one', `topic=${'%7Ba%7D'.repeat(41)}`],
  ])('%s are answered 400', async (_name, query) => {
    await start();
    const watched = watch(query);
    await expect.poll(() => watched.statuses).toEqual([400]);
  });

  it('with a strange id hear of a loss, or are taken for new', async () => {
    await start();
    feed.insert('projects', { id: 1 });
    const strange = watch('topic=projects&lastEventID=__proto__');
    const broken = watch('topic=projects&lastEventID=a%0d%0ab');
    await expect.poll(() => strange.lastIds).toEqual([`${feed.epoch}:1`]);
    await expect.poll(() => broken.lastIds).toEqual([null]);
  });

  it('cannot make a selector take for ever', () => {
    const selector = new TopicSelector('{+a}a'.repeat(15), 'template');
    const begin = Date.now();
    expect(selector.matches('a'.repeat(4000))).toBe(true);
    expect(selector.matches(`${'a'.repeat(4000)}b`)).toBe(false);
    expect(Date.now() - begin).toBeLessThan(2000);
  });
});
