import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../js/testing/feed.ts';
import { MemoryFeed } from '../../../js/testing/memory-feed.ts';

describe('a feed in memory', () => {
  it('hands out changes in order, with the row before and the digits as they were', () => {
    const feed = new MemoryFeed({ now: () => Date.UTC(2026, 0, 5) });
    const seen: Change[] = [];
    const leave = feed.subscribe((changes) => seen.push(...changes));
    feed.insert('projects', '{"id": 1,\n "budget": 12345678901234567890.10}');
    feed.update('projects', { id: 1, name: 'B' });
    feed.delete('projects', { id: 1 });
    feed.truncate('projects');
    leave();
    feed.insert('projects', { id: 2 });
    const first = '{"id": 1,  "budget": 12345678901234567890.10}';
    const common = { table: 'projects', mutation: null, committedAt: '2026-01-05T00:00:00.000Z' };
    expect(seen).toEqual([
      { ...common, seq: 1, action: 'insert', row: first, old: null },
      { ...common, seq: 2, action: 'update', row: '{"id":1,"name":"B"}', old: first },
      { ...common, seq: 3, action: 'delete', row: '{"id":1,"name":"B"}', old: null },
      { ...common, seq: 4, action: 'truncate', row: null, old: null },
    ]);
    expect(feed.recent(0)?.slice(0, 4)).toEqual(seen);
  });

  it('keeps rows by table and key', () => {
    const feed = new MemoryFeed({ key: 'uuid' });
    feed.insert('__proto__', { uuid: 'a', n: 1 });
    feed.insert('projects', { uuid: 'a', n: 2 });
    feed.insert('projects', { uuid: '1', n: 3 });
    feed.insert('projects', { uuid: 1, n: 4 });
    feed.update('projects', { uuid: 'a', n: 5 });
    const texts = ['{"uuid":"a","n":5}', '{"uuid":"1","n":3}', '{"uuid":1,"n":4}'];
    expect(feed.rows('projects')).toEqual(texts);
    feed.delete('projects', { uuid: '1' });
    expect(feed.rows('projects')).toHaveLength(2);
    expect(feed.rows('__proto__')).toEqual(['{"uuid":"a","n":1}']);
    expect(feed.rows('constructor')).toEqual([]);
  });

  it('knows exactly how far back it reaches', () => {
    const feed = new MemoryFeed({ history: 3 });
    expect(feed.recent(0)).toEqual([]);
    for (let id = 1; id <= 5; id++) feed.insert('projects', { id });
    const seqs = (seq: number) => feed.recent(seq)?.map((change) => change.seq);
    expect(seqs(1)).toBeUndefined();
    expect(seqs(2)).toEqual([3, 4, 5]);
    expect(seqs(4)).toEqual([5]);
    expect(seqs(5)).toEqual([]);
  });

  it('starts over in a new epoch with the rows that it has', () => {
    const feed = new MemoryFeed();
    let told = 0;
    feed.onNewEpoch = () => told++;
    feed.insert('projects', { id: 1 });
    const { epoch } = feed;
    feed.newEpoch();
    expect(feed.epoch).not.toBe(epoch);
    expect([feed.head, feed.recent(0), feed.rows('projects').length, told]).toEqual([0, [], 1, 1]);
    expect(feed.insert('projects', { id: 2 }).seq).toBe(1);
  });

  it.each([
    ['a row twice', (feed: MemoryFeed) => feed.insert('projects', { id: 1 })],
    ['an update of none', (feed: MemoryFeed) => feed.update('projects', { id: 2 })],
    ['a delete of none', (feed: MemoryFeed) => feed.delete('volunteers', { id: 1 })],
    ['a row without a key', (feed: MemoryFeed) => feed.insert('projects', { name: 'A' })],
    ['a row that is null', (feed: MemoryFeed) => feed.insert('projects', 'null')],
    ['a list', (feed: MemoryFeed) => feed.insert('projects', '[]')],
    ['no JSON', (feed: MemoryFeed) => feed.insert('projects', '{"id":')],
  ])('refuses %s, and nothing happened', (_name, write) => {
    const feed = new MemoryFeed();
    feed.insert('projects', { id: 1 });
    expect(() => write(feed)).toThrow(Error);
    expect([feed.head, feed.rows('projects').length]).toEqual([1, 1]);
  });
});

it('runs where there is no Node: no server of js/testing asks for it', () => {
  const files = readdirSync('js/testing', { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts'));
  expect(sources.length).toBeGreaterThan(20);
  for (const file of sources) {
    const source = readFileSync(`js/testing/${file}`, 'utf8');
    const imports = [...source.matchAll(/from '([^']+)'/g)].map(([, from]) => from);
    expect(
      imports.filter((from) => !from?.startsWith('.')),
      file,
    ).toEqual([]);
    expect(
      imports.some((from) => from?.includes('demo/')),
      file,
    ).toBe(false);
    expect(source, file).not.toMatch(/\b(Buffer|process|NodeJS|require|setImmediate)\b[.(]/);
  }
});
