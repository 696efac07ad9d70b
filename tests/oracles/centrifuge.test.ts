import { Centrifuge, type Options, type SubscriptionOptions } from 'centrifuge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Verdict } from '../../js/testing/link.ts';
import { MemoryFeed } from '../../js/testing/memory-feed.ts';
import { type Served, type ServeOptions, serve } from './serve.ts';

interface Event {
  type: string;
  id: string;
  entity: string;
  action: string;
  data: { id: number; name?: string };
}
interface Recovery {
  wasRecovering: boolean;
  recovered: boolean;
  recoverable: boolean;
  streamPosition?: { offset: number; epoch: string };
}

let feed: MemoryFeed;
let server: Served;
const clients: Centrifuge[] = [];

async function start(options: ServeOptions = {}): Promise<void> {
  server = await serve(feed, options);
}

function connect(options: Partial<Options> = {}): Centrifuge {
  const client = new Centrifuge(`ws://127.0.0.1:${server.port}/connection/websocket`, {
    websocket: WebSocket,
    minReconnectDelay: 20,
    maxReconnectDelay: 50,
    ...options,
  });
  clients.push(client);
  client.connect();
  return client;
}

/** Subscribes, and keeps what the client reports. */
function watch(
  client: Centrifuge,
  channel = 'projects',
  options: Partial<SubscriptionOptions> = { recoverable: true },
) {
  const subscription = client.newSubscription(channel, options);
  const events: Event[] = [];
  const offsets: Array<number | undefined> = [];
  const recoveries: Recovery[] = [];
  const errors: Array<{ code: number; message: string }> = [];
  const ends: number[] = [];
  subscription.on('publication', ({ data, offset }) => {
    events.push(data as Event);
    offsets.push(offset);
  });
  subscription.on('subscribed', (context) => recoveries.push(context));
  subscription.on('error', ({ error }) => errors.push(error));
  subscription.on('unsubscribed', ({ code }) => ends.push(code));
  subscription.subscribe();
  return { subscription, events, offsets, recoveries, errors, ends };
}

const names = (events: readonly Event[]) => events.map(({ data }) => data.name);
const isSubscribed = ({ recoveries }: { recoveries: Recovery[] }) => recoveries.length > 0;

/** Changes that no client sees at once: its link is cut before. */
async function whileAway(client: Centrifuge, write: () => void): Promise<void> {
  const away = new Promise<void>((resolve) => client.once('connecting', () => resolve()));
  server.cut();
  await away;
  write();
}

beforeEach(() => {
  feed = new MemoryFeed();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await server.close();
});

describe('publications', () => {
  it('tell of changes as events, with dense offsets', async () => {
    await start();
    const watched = watch(connect());
    await expect.poll(() => isSubscribed(watched)).toBe(true);
    expect(watched.recoveries[0]).toMatchObject({ recoverable: true, wasRecovering: false });
    feed.insert('projects', { id: 1, name: 'Ünïcode 水' });
    feed.insert('volunteers', { id: 1 });
    feed.update('projects', { id: 1, name: 'B' });
    feed.delete('projects', { id: 1 });
    await expect.poll(() => watched.events.length).toBe(3);
    expect(watched.events.map(({ action }) => action)).toEqual(['insert', 'update', 'delete']);
    expect(watched.events[0]).toMatchObject({
      type: 'realtime',
      id: `${feed.epoch}:1`,
      entity: 'projects',
      data: { id: 1, name: 'Ünïcode 水' },
    });
    expect(watched.offsets).toEqual([1, 2, 3]);
  });

  it('of a filtered channel tell of a row that enters and that leaves', async () => {
    await start();
    const watched = watch(connect(), 'projects?status=eq.active');
    await expect.poll(() => isSubscribed(watched)).toBe(true);
    feed.insert('projects', { id: 1, status: 'draft', name: 'no' });
    feed.update('projects', { id: 1, status: 'active', name: 'enters' });
    feed.update('projects', { id: 1, status: 'done', name: 'leaves' });
    feed.update('projects', { id: 1, status: 'draft', name: 'no' });
    feed.insert('projects', { id: 2, status: 'active', name: 'inside' });
    await expect.poll(() => names(watched.events)).toEqual(['enters', 'leaves', 'inside']);
    expect(watched.offsets).toEqual([1, 2, 3]);
  });

  it('keep the digits of numbers', async () => {
    await start();
    const watched = watch(connect());
    await expect.poll(() => isSubscribed(watched)).toBe(true);
    feed.insert('projects', '{"id": 1, "budget": 12345678901234567890.12345678901234567890}');
    await expect.poll(() => watched.events.length).toBe(1);
    expect(server.sent.at(-1)).toContain('12345678901234567890.12345678901234567890');
  });

  it('stop after an unsubscribe', async () => {
    await start();
    const client = connect();
    const watched = watch(client);
    const other = watch(client, 'projects?id=gt.0');
    await expect.poll(() => isSubscribed(watched) && isSubscribed(other)).toBe(true);
    watched.subscription.unsubscribe();
    await expect.poll(() => server.received.join().includes('"unsubscribe"')).toBe(true);
    feed.insert('projects', { id: 1 });
    await expect.poll(() => other.events.length).toBe(1);
    expect(server.sent.filter((frame) => frame.includes('"channel":"projects"'))).toEqual([]);
    watched.subscription.subscribe();
    await expect.poll(() => watched.recoveries.length).toBe(2);
  });
});

describe('recovery', () => {
  it('brings what was missed, once each, and goes on', async () => {
    await start();
    const client = connect();
    const watched = watch(client);
    await expect.poll(() => isSubscribed(watched)).toBe(true);
    feed.insert('projects', { id: 1, name: '1' });
    await expect.poll(() => watched.events.length).toBe(1);
    await whileAway(client, () => {
      for (let n = 2; n <= 40; n++) {
        feed.insert('projects', { id: n, name: `${n}` });
        feed.insert('volunteers', { id: n });
      }
    });
    await expect.poll(() => watched.events.length).toBe(40);
    feed.insert('projects', { id: 41, name: '41' });
    await expect.poll(() => watched.events.length).toBe(41);
    expect(watched.offsets).toEqual(Array.from({ length: 41 }, (_, n) => n + 1));
    expect(names(watched.events)).toEqual(watched.offsets.map(String));
    expect(watched.recoveries[1]).toMatchObject({ wasRecovering: true, recovered: true });
  });

  it('loses nothing and repeats nothing over many cuts while writes go on', async () => {
    await start();
    const watched = watch(connect(), 'projects?name=like.*');
    await expect.poll(() => isSubscribed(watched)).toBe(true);
    for (let n = 1; n <= 150; n++) {
      feed.insert('projects', { id: n, name: `${n}` });
      if (n % 30 === 0) server.cut();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await expect.poll(() => watched.events.length).toBeGreaterThanOrEqual(150);
    expect(watched.offsets).toEqual(Array.from({ length: 150 }, (_, n) => n + 1));
    expect(watched.recoveries.slice(1).every(({ recovered }) => recovered)).toBe(true);
    expect(watched.recoveries.length).toBeGreaterThan(2);
  });

  it.each([
    ['the feed keeps it no longer', { history: 10 }, {}],
    ['the channel keeps no place of it', {}, { channels: { history: 10 } }],
    ['it would be too much', {}, { centrifugo: { maxRecovered: 10 } }],
  ])('is refused where %s', async (_name, feedOptions, options) => {
    feed = new MemoryFeed(feedOptions);
    await start(options);
    const client = connect();
    const watched = watch(client);
    await expect.poll(() => isSubscribed(watched)).toBe(true);
    await whileAway(client, () => {
      for (let n = 1; n <= 20; n++) feed.insert('projects', { id: n });
    });
    await expect.poll(() => watched.recoveries.length).toBe(2);
    expect(watched.recoveries[1]).toMatchObject({
      wasRecovering: true,
      recovered: false,
      streamPosition: { offset: 20 },
    });
    feed.insert('projects', { id: 21, name: 'next' });
    await expect.poll(() => names(watched.events)).toEqual(['next']);
  });

  it('reaches back exactly as far as is kept', async () => {
    feed = new MemoryFeed({ history: 10 });
    await start();
    const client = connect();
    const watched = watch(client);
    await expect.poll(() => isSubscribed(watched)).toBe(true);
    await whileAway(client, () => {
      for (let n = 1; n <= 10; n++) feed.insert('projects', { id: n });
    });
    await expect.poll(() => watched.events.length).toBe(10);
    expect(watched.recoveries[1]).toMatchObject({ recovered: true });
  });

  it.each([
    ['another run of the server', undefined],
    ['a new epoch of the feed', () => feed.newEpoch()],
  ])('is refused after %s', async (_name, change) => {
    await start();
    const client = connect();
    const watched = watch(client);
    await expect.poll(() => isSubscribed(watched)).toBe(true);
    feed.insert('projects', { id: 1 });
    await expect.poll(() => watched.events.length).toBe(1);
    if (change) {
      await whileAway(client, change);
    } else {
      const { port } = server;
      await server.close();
      await start({ port });
    }
    await expect.poll(() => watched.recoveries.length).toBe(2);
    expect(watched.recoveries[1]).toMatchObject({ wasRecovering: true, recovered: false });
  });

  it('is refused to who is here when the table is emptied, and told at once', async () => {
    await start();
    const watched = watch(connect());
    await expect.poll(() => isSubscribed(watched)).toBe(true);
    feed.insert('projects', { id: 1 });
    feed.truncate('projects');
    await expect.poll(() => watched.recoveries.length).toBe(2);
    expect(watched.recoveries[1]).toMatchObject({ wasRecovering: true, recovered: false });
    expect(server.opened).toBe(1);
  });

  it('fails with 112 where the client wants that', async () => {
    feed = new MemoryFeed({ history: 1 });
    await start();
    let loads = 0;
    const client = connect();
    const watched = watch(client, 'projects', {
      recoverable: true,
      getState: async () => {
        loads++;
        return loads === 1 ? { offset: 1, epoch: 'gone' } : { offset: 0, epoch: '' };
      },
    } as Partial<SubscriptionOptions>);
    await expect.poll(() => loads).toBeGreaterThan(1);
    expect(server.sent.some((frame) => frame.includes('"code":112'))).toBe(true);
    expect(watched.ends).toEqual([]);
  });
});

describe('tokens', () => {
  const verify = (token: string): Verdict => {
    if (token === 'good') return { kind: 'valid', expiresAt: Date.now() + 3_600_000 };
    if (token === 'brief') return { kind: 'valid', expiresAt: Date.now() + 1100 };
    return { kind: token === 'old' ? 'expired' : 'forged' };
  };

  it('that ran out are told by 109, and the client gets a new one', async () => {
    await start({ centrifugo: { verify } });
    let asked = 0;
    const codes: number[] = [];
    const getToken = async () => {
      asked++;
      return 'good';
    };
    const client = connect({ token: 'old', getToken });
    client.on('error', ({ error }) => codes.push(error.code));
    const watched = watch(client);
    await expect.poll(() => isSubscribed(watched)).toBe(true);
    expect(codes).toEqual([109]);
    expect(asked).toBe(1);
    expect(server.opened).toBe(2);
  });

  it('are refreshed before they run out, on the same connection', async () => {
    await start({ centrifugo: { verify, expiredGraceMs: 400 } });
    let asked = 0;
    const getToken = async () => {
      asked++;
      return 'brief';
    };
    const watched = watch(connect({ token: 'brief', getToken }));
    await expect.poll(() => asked, { timeout: 5000 }).toBe(3);
    expect(server.opened).toBe(1);
    feed.insert('projects', { id: 1 });
    await expect.poll(() => watched.events.length).toBe(1);
  });

  it('that are not refreshed end the connection, and it comes back with a new one', async () => {
    await start({ centrifugo: { verify, expiredGraceMs: 0 } });
    const codes: number[] = [];
    const client = connect({ token: 'brief', getToken: () => new Promise(() => {}) });
    client.on('connecting', ({ code }) => codes.push(code));
    await expect.poll(() => codes, { timeout: 3000 }).toContain(3005);
  });

  it('that are no good end it for good', async () => {
    await start({ centrifugo: { verify } });
    const client = connect({ token: 'forged' });
    const code = await new Promise((resolve) =>
      client.on('disconnected', (context) => resolve(context.code)),
    );
    expect(code).toBe(3500);
  });
});

describe('liveness', () => {
  it('is kept by pings that the client answers', async () => {
    await start({ centrifugo: { pingMs: 1000, pongTimeoutMs: 300 } });
    const client = connect();
    await client.ready();
    await expect
      .poll(() => server.sent.filter((frame) => frame === '{}').length, {
        timeout: 4000,
      })
      .toBe(2);
    await expect.poll(() => server.received.filter((frame) => frame === '{}').length).toBe(2);
    expect(client.state).toBe('connected');
    expect(server.opened).toBe(1);
  });

  it('ends for a client that does not answer, and for one that never speaks', async () => {
    await start({ centrifugo: { pingMs: 50, pongTimeoutMs: 50, patienceMs: 50 } });
    const open = () => new WebSocket(`ws://127.0.0.1:${server.port}/connection/websocket`);
    const codeOf = (socket: WebSocket) => new Promise((resolve) => socket.on('close', resolve));
    const mute = open();
    mute.on('open', () => mute.send('{"id":1,"connect":{}}'));
    expect(await codeOf(mute)).toBe(3012);
    expect(await codeOf(open())).toBe(3502);
  });
});

describe('refusals', () => {
  it.each([
    ['no such table', '__proto__ x', 102],
    ['a bad filter', 'projects?status=resembles.a', 107],
  ])('answers a channel of %s with an error', async (_name, channel, code) => {
    await start();
    const watched = watch(connect(), channel);
    await expect.poll(() => watched.ends).toEqual([code]);
  });

  it('answers commands that it cannot do, and more channels than there may be', async () => {
    await start({ centrifugo: { maxChannels: 1 } });
    const client = connect();
    const first = watch(client);
    await expect.poll(() => isSubscribed(first)).toBe(true);
    await expect(client.publish('projects', {})).rejects.toMatchObject({ code: 104 });
    const second = watch(client, 'volunteers');
    await expect.poll(() => second.ends).toEqual([106]);
  });

  it.each([
    ['no JSON', '{"id":', 3501],
    ['no object', '7', 3501],
    ['a bad id', '{"id":-1,"connect":{}}', 3501],
    ['a command before connect', '{"id":1,"subscribe":{"channel":"projects"}}', 3501],
    ['a second connect', '{"id":1,"connect":{}}\n{"id":2,"connect":{}}', 3501],
    ['a wrong type', '{"id":1,"connect":{"token":7}}', 3501],
    [
      'a bad offset',
      '{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"a","offset":1.5}}',
      3501,
    ],
    ['a huge frame', 'x'.repeat(70_000), 1009],
  ])('disconnects on %s, and serves others', async (_name, frame, code) => {
    await start();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/connection/websocket`);
    socket.on('open', () => socket.send(frame));
    expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(code);
    const watched = watch(connect());
    await expect.poll(() => isSubscribed(watched)).toBe(true);
  });
});
