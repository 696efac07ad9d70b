import { expect, it } from 'vitest';
import { CentrifugoConnection } from '../../js/testing/dialects/centrifugo.ts';
import { ChannelStreams } from '../../js/testing/dialects/channel-streams.ts';
import { MercureHub } from '../../js/testing/dialects/mercure.ts';
import { PlainStreams } from '../../js/testing/dialects/plain.ts';
import { SupabaseSocket } from '../../js/testing/dialects/supabase.ts';
import type { Change } from '../../js/testing/feed.ts';
import type { Link } from '../../js/testing/link.ts';
import { MemoryFeed } from '../../js/testing/memory-feed.ts';

const SEED = 7;
const FRAMES = 4000;

const VALUES = [
  'null',
  'true',
  '-1',
  '1e400',
  '""',
  '"__proto__"',
  '"projects"',
  '"realtime:a"',
  '[]',
  '{}',
  '{"__proto__":{"a":1},"constructor":7}',
  '[[[[]]]]',
  '"\\ud800"',
  `"${'x'.repeat(2000)}"`,
  '"status=eq.active"',
  '"status=match.(((("',
];
const GOOD: Record<string, readonly string[]> = {
  supabase: [
    '["1","1","realtime:a","phx_join",{"config":{"postgres_changes":[{"event":"*","schema":"public","table":"projects","filter":"status=eq.active"}],"postgres_changes_options":{"wait":true,"timeout":5}},"access_token":"t"}]',
    '["1","2","realtime:a","access_token",{"access_token":"t"}]',
    '["1","3","realtime:a","phx_leave",{}]',
    '[null,"4","phoenix","heartbeat",{}]',
  ],
  centrifugo: [
    '{"id":1,"connect":{"token":"t"}}',
    '{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"projects?status=eq.a","recover":true,"epoch":"x","offset":5}}',
    '{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"projects"}}\n{"id":3,"unsubscribe":{"channel":"projects"}}',
    '{"id":1,"connect":{}}\n{"id":2,"refresh":{"token":"t"}}\n{}',
  ],
};

/** mulberry32, by Tommy Ettinger. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

/** A good frame with one of its values replaced, or cut, or with a character too many. */
function spoil(frame: string, random: () => number): string {
  const at = Math.floor(random() * frame.length);
  const value = VALUES[Math.floor(random() * VALUES.length)] as string;
  switch (Math.floor(random() * 4)) {
    case 0:
      return frame.slice(0, at);
    case 1:
      return frame.slice(0, at) + String.fromCharCode(random() * 0x10000) + frame.slice(at);
    default: {
      const places = [...frame.matchAll(/"(?:[^"\\]|\\.)*"|\d+|true|null|\{\}/g)];
      const place = places[Math.floor(random() * places.length)];
      if (!place) return value;
      return frame.slice(0, place.index) + value + frame.slice(place.index + place[0].length);
    }
  }
}

function openLink(sent: string[], closes: number[]): Link {
  const refuseLate = () => {
    if (closes.length > 0) throw new Error('it was closed');
  };
  return {
    send: (text) => {
      refuseLate();
      sent.push(text);
    },
    close: (code, reason) => {
      refuseLate();
      expect(new TextEncoder().encode(reason).length).toBeLessThanOrEqual(123);
      closes.push(code);
    },
    abort: () => closes.push(0),
    countEvents: () => {},
  };
}

/** A feed that knows how many listen to it. */
class CountedFeed extends MemoryFeed {
  listeners = 0;

  override subscribe(listener: (changes: readonly Change[]) => void): () => void {
    const leave = super.subscribe(listener);
    let here = 1;
    this.listeners++;
    return () => {
      this.listeners -= here;
      here = 0;
      leave();
    };
  }
}

it.each(Object.keys(GOOD))('%s throws at nothing, and sends nothing after an end', (dialect) => {
  const random = randomOf(SEED);
  const feed = new CountedFeed();
  const streams = new ChannelStreams(feed);
  const outcomes = new Set<string>();
  for (let n = 0; n < FRAMES; n++) {
    const sent: string[] = [];
    const closes: number[] = [];
    const link = openLink(sent, closes);
    const peer =
      dialect === 'supabase'
        ? new SupabaseSocket(feed, link, { vsn: '2.0.0', apikey: null })
        : new CentrifugoConnection(streams, link);
    const frames = GOOD[dialect] ?? [];
    const first = frames[n % frames.length] as string;
    peer.receive(spoil(first, random));
    peer.receive(spoil(first, random));
    feed.insert('projects', `{"id": ${n}, "status": "active"}`);
    for (const text of sent) for (const line of text.split('\n')) JSON.parse(line);
    outcomes.add(closes.length > 0 ? 'closed' : sent.length > 0 ? 'answered' : 'silent');
    peer.close();
  }
  streams.close();
  expect(feed.listeners).toBe(0);
  // They did get everywhere.
  expect([...outcomes]).toEqual(expect.arrayContaining(['answered', 'closed']));
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});

it.each(['mercure', 'plain'])('%s answers any query', (dialect) => {
  const random = randomOf(SEED);
  const feed = new CountedFeed();
  const hub = new MercureHub(feed);
  const plain = new PlainStreams(feed);
  const names = ['topic', 'match', 'match_urlpattern', 'lastEventID', 'entity', 'authorization'];
  const texts = [
    '*',
    '{',
    '{a',
    '{a}{b}',
    ':a*',
    `${feed.epoch}:1`,
    'earliest',
    '\0',
    '%',
    'projects',
  ];
  const statuses = new Set<number>();
  for (let n = 0; n < 1000; n++) {
    const url = new URL('http://a.example/');
    for (let count = Math.floor(random() * 4); count > 0; count--) {
      const name = names[Math.floor(random() * names.length)] as string;
      url.searchParams.append(name, texts[Math.floor(random() * texts.length)] as string);
    }
    const request = { url, header: (name: string) => (random() < 0.3 ? `${name}=\n;` : undefined) };
    const answer = dialect === 'mercure' ? hub.answer(request) : plain.answer(request, 'sse');
    statuses.add(answer.status);
    for (const value of Object.values(answer.headers)) expect(value).toMatch(/^[ -~]*$/);
    if (answer.status !== 200) continue;
    const sent: string[] = [];
    const stream = answer.open(openLink(sent, []));
    feed.insert('projects', { id: n, text: 'a\nb\r\n\n' });
    for (const text of sent) expect(text).toMatch(/^(id: [\w:]+\n)?data: [^\r\n]*\n\n$/);
    stream.close();
  }
  expect(statuses.size).toBe(2);
  expect(feed.listeners).toBe(0);
});
