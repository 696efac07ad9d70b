import { Socket } from '@supabase/phoenix';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { SupabaseOptions } from '../../js/testing/dialects/supabase.ts';
import { MemoryFeed } from '../../js/testing/memory-feed.ts';
import { type Served, serve } from './serve.ts';

interface Entry {
  id: number;
  event: string;
  table?: string;
}
interface Answer {
  postgres_changes: Entry[];
}
interface ChangeMessage {
  ids: number[];
  data: { type: string; record?: Record<string, unknown>; columns: unknown[] };
}

let feed: MemoryFeed;
let server: Served;
const ends: Array<() => void> = [];

async function start(options: SupabaseOptions = {}): Promise<void> {
  server = await serve(feed, { supabase: options });
}

function connect(vsn: string): Socket {
  const socket = new Socket(`ws://127.0.0.1:${server.port}/realtime/v1`, {
    transport: WebSocket as never,
    vsn,
    heartbeatIntervalMs: 50,
    ...(vsn === '1.0.0' && {
      encode: (message: unknown, done: (text: string) => void) => done(JSON.stringify(message)),
      decode: (text: string, done: (message: unknown) => void) => done(JSON.parse(text)),
    }),
  } as never);
  socket.connect();
  ends.push(() => void socket.disconnect(() => {}));
  return socket;
}

/** A WebSocket whose frames are all kept. */
async function raw(query = '?vsn=2.0.0') {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/realtime/v1/websocket${query}`);
  const frames: unknown[][] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as unknown[]));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => socket.once('open', resolve));
  ends.push(() => socket.terminate());
  const send = (message: unknown) =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return { send, frames, closed };
}

const joinOf = (...entries: unknown[]) => ({ config: { postgres_changes: entries } });
const everything = { event: '*', schema: 'public', table: 'projects' };

beforeEach(() => {
  feed = new MemoryFeed();
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await server.close();
});

describe.each(['1.0.0', '2.0.0'])('the phoenix client with vsn %s', (vsn) => {
  it('joins, is kept alive by heartbeats, and leaves', async () => {
    await start();
    const socket = connect(vsn);
    let beats = 0;
    let drops = 0;
    socket.onMessage(({ topic, payload }) => {
      if (topic === 'phoenix' && (payload as { status?: string }).status === 'ok') beats++;
    });
    socket.onClose(() => drops++);
    const channel = socket.channel('realtime:a', joinOf(everything));
    const answer = await new Promise<Answer>((resolve, reject) => {
      channel.join().receive('ok', resolve).receive('error', reject);
    });
    expect(answer.postgres_changes).toMatchObject([everything]);
    await expect.poll(() => beats).toBeGreaterThan(2);
    expect(drops).toBe(0);
    const left = new Promise((resolve) => channel.leave().receive('ok', () => resolve('left')));
    expect(await left).toBe('left');
  });

  it('collapses identical bindings and gives the same ones the same id', async () => {
    await start();
    const socket = connect(vsn);
    const inserts = { ...everything, event: 'INSERT' };
    const join = async (topic: string, ...entries: unknown[]) => {
      const channel = socket.channel(topic, joinOf(...entries));
      const messages: ChangeMessage[] = [];
      let ready = false;
      channel.on('postgres_changes', (message) => messages.push(message as ChangeMessage));
      channel.on('system', () => {
        ready = true;
      });
      const answer = await new Promise<Answer>((resolve) => channel.join().receive('ok', resolve));
      await expect.poll(() => ready).toBe(true);
      return { ids: answer.postgres_changes.map(({ id }) => id), messages };
    };
    const first = await join('realtime:a', everything, inserts, everything);
    const second = await join('realtime:b', inserts, everything);
    expect(first.ids).toHaveLength(2);
    expect(second.ids).toEqual([first.ids[1], first.ids[0]]);
    expect(first.ids.every((id) => Number.isInteger(id) && id > 0)).toBe(true);
    feed.insert('projects', { id: 1, name: 'A' });
    await expect.poll(() => first.messages.length + second.messages.length).toBe(2);
    expect(first.messages[0]?.ids).toEqual(first.ids);
    expect(first.messages[0]?.data).toMatchObject({
      type: 'INSERT',
      record: { id: 1, name: 'A' },
      columns: [
        { name: 'id', type: 'int8' },
        { name: 'name', type: 'text' },
      ],
    });
    expect(first.messages[0]?.data).not.toHaveProperty('old_record');
    // An update is none of the inserts' business.
    feed.update('projects', { id: 1, name: 'B' });
    await expect.poll(() => first.messages.length + second.messages.length).toBe(4);
    expect(first.messages[1]?.ids).toEqual([first.ids[0]]);
    expect(second.messages[1]?.ids).toEqual([first.ids[0]]);
    feed.delete('projects', { id: 1 });
    await expect.poll(() => first.messages.length).toBe(3);
    expect(first.messages[2]?.data).not.toHaveProperty('record');
  });

  it('joins again by itself after a cut link', async () => {
    await start();
    const socket = connect(vsn);
    const channel = socket.channel('realtime:a', joinOf(everything));
    let joins = 0;
    const seen: unknown[] = [];
    channel.on('postgres_changes', (message) => {
      seen.push((message as ChangeMessage).data.record?.id);
    });
    let ready = 0;
    channel.on('system', () => ready++);
    channel.join().receive('ok', () => joins++);
    await expect.poll(() => ready).toBe(1);
    server.cut();
    await expect.poll(() => ready).toBe(2);
    expect(joins).toBe(2);
    feed.insert('projects', { id: 7 });
    await expect.poll(() => seen).toEqual([7]);
  });
});

describe('joins', () => {
  it('closes the old one when a topic is joined again, and serves the new one alone', async () => {
    await start();
    const { send, frames } = await raw();
    send(['1', '1', 'realtime:a', 'phx_join', joinOf(everything)]);
    await expect.poll(() => frames.length).toBe(2);
    send(['2', '2', 'realtime:a', 'phx_join', joinOf({ ...everything, event: 'INSERT' })]);
    await expect.poll(() => frames.length).toBe(5);
    expect(frames.map(([joinRef, ref, , event]) => [joinRef, ref, event])).toEqual([
      ['1', '1', 'phx_reply'],
      ['1', null, 'system'],
      ['1', '1', 'phx_close'],
      ['2', '2', 'phx_reply'],
      ['2', null, 'system'],
    ]);
    // What the client sent for the old one does not reach the new one.
    send(['1', '3', 'realtime:a', 'phx_leave', {}]);
    send([null, '4', 'phoenix', 'heartbeat', {}]);
    await expect.poll(() => frames.length).toBe(6);
    feed.insert('projects', { id: 1 });
    await expect.poll(() => frames.length).toBe(7);
    // A change names no join, whichever version is spoken.
    expect(frames[6]?.slice(0, 4)).toEqual([null, null, 'realtime:a', 'postgres_changes']);
  });

  it('tells clients of version 1.0.0 nothing of joins', async () => {
    await start();
    const { send, frames } = await raw('');
    const message = { topic: 'realtime:a', event: 'phx_join', ref: '1', join_ref: '1' };
    send({ ...message, payload: joinOf(everything) });
    await expect.poll(() => frames.length).toBe(2);
    expect(frames.every((frame) => !('join_ref' in frame))).toBe(true);
    expect(frames[0]).toMatchObject({ topic: 'realtime:a', event: 'phx_reply', ref: '1' });
  });

  it.each([
    ['another kind of topic', 'other:a', {}, 'unmatched topic'],
    ['a topic without a name', 'realtime:', {}, 'TopicNameRequired'],
    ['no list', 'realtime:a', { config: { postgres_changes: {} } }, 'InvalidJoinPayload'],
    ['a number', 'realtime:a', joinOf(7), 'InvalidJoinPayload'],
    ['a wrong type', 'realtime:a', joinOf({ table: 7 }), 'InvalidJoinPayload'],
    [
      'too many',
      'realtime:a',
      joinOf(...Array.from({ length: 101 }, (_, n) => ({ table: `t${n}` }))),
      'InvalidJoinPayload',
    ],
  ])('refuses %s', async (_name, topic, payload, reason) => {
    await start();
    const { send, frames } = await raw();
    send(['1', '1', topic, 'phx_join', payload]);
    await expect.poll(() => frames.length).toBe(1);
    const [, , , event, answer] = frames[0] as unknown as [0, 0, 0, string, unknown];
    expect(event).toBe('phx_reply');
    expect(answer).toMatchObject({ status: 'error' });
    expect(JSON.stringify(answer)).toContain(reason);
  });

  it('refuses more of them in a second than are sane', async () => {
    await start({ maxJoinsPerSecond: 3 });
    const { send, frames } = await raw();
    for (let n = 0; n < 5; n++) send([`${n}`, `${n}`, `realtime:${n}`, 'phx_join', {}]);
    await expect.poll(() => frames.length).toBe(5);
    const refused = frames.filter((frame) =>
      JSON.stringify(frame).includes('ClientJoinRateLimitReached'),
    );
    expect(refused).toHaveLength(2);
  });

  it('answers with nothing that was written in a polluted key', async () => {
    await start();
    const { send, frames } = await raw();
    const config = '{"postgres_changes":[{"__proto__":{"table":"x"},"table":"projects"}]}';
    send(`["1","1","realtime:__proto__","phx_join",{"config":${config},"__proto__":{"config":7}}]`);
    await expect.poll(() => frames.length).toBe(2);
    feed.insert('projects', '{"id": 1, "__proto__": {"polluted": true}}');
    await expect.poll(() => frames.length).toBe(3);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(server.sent.at(-1)).toContain('"__proto__": {"polluted": true}');
  });
});

describe('bad frames', () => {
  it.each([
    ['no JSON', '["1",', 1007],
    ['no message', '7', 1007],
    ['an object for an array', '{}', 1007],
    ['no topic', '[null,null,7,"phx_join",{}]', 1007],
    ['no event', '[null,null,"realtime:a"]', 1007],
    ['a huge one', `["${'x'.repeat(300_000)}"]`, 1009],
  ])('closes the connection on %s, and serves others', async (_name, frame, code) => {
    await start();
    const { send, closed } = await raw();
    send(frame);
    expect(await closed).toBe(code);
    const next = await raw();
    next.send([null, '1', 'phoenix', 'heartbeat', {}]);
    await expect.poll(() => next.frames.length).toBe(1);
  });

  it('refuses an unknown version', async () => {
    await start();
    const { closed } = await raw('?vsn=3.0.0');
    expect(await closed).toBe(1002);
  });

  it('answers what is for no channel, and stays silent to what it does not know', async () => {
    await start();
    const { send, frames } = await raw();
    send(['1', '1', 'realtime:a', 'access_token', { access_token: 'x' }]);
    send(['1', '2', 'realtime:b', 'phx_join', {}]);
    send(['1', '3', 'realtime:b', 'dance', {}]);
    send(['1', '4', 'realtime:b', 'access_token', { access_token: 7 }]);
    send([null, '5', 'phoenix', 'heartbeat', {}]);
    await expect.poll(() => frames.length).toBe(3);
    expect(frames[0]?.[4]).toEqual({ status: 'error', response: { reason: 'unmatched topic' } });
    expect(frames[1]?.[4]).toEqual({ status: 'ok', response: { postgres_changes: [] } });
    expect(frames[2]?.[4]).toEqual({ status: 'ok', response: {} });
  });
});
