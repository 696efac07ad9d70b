import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RealtimeIntegrationOptions } from '../../../js/index.ts';
import { Host } from '../../../js/worker/host.ts';
import { breakCore } from '../support/break-core.ts';
import { HostedTab, type Row } from '../support/hosted-pages.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

let server: ProtocolServer;
let host: Host;
const tabs: HostedTab[] = [];
const rows: Row[] = [
  { id: 1, version: 1, name: 'one' },
  { id: 2, version: 1, name: 'two' },
];

beforeEach(async () => {
  server = await ProtocolServer.start();
  host = new Host();
});
afterEach(async () => {
  for (const tab of tabs.splice(0)) tab.close();
  await server.stop();
});

function open(options: RealtimeIntegrationOptions = {}): HostedTab {
  const tab = new HostedTab(host, server.url, rows, options);
  tabs.push(tab);
  return tab;
}

async function live(...all: HostedTab[]): Promise<void> {
  for (const tab of all) await expect.poll(() => tab.continuity).toBe('live');
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

async function openTwo(): Promise<[HostedTab, HostedTab]> {
  const pair: [HostedTab, HostedTab] = [open(), open()];
  for (const tab of pair) tab.show();
  await live(...pair);
  await settled();
  return pair;
}

test('two pages share a connection and a subscription, and both are told', async () => {
  const [first, second] = await openTwo();
  expect(server.opened).toBe(1);
  const subscribes = server.received.filter(({ op }) => op === 'subscribe');
  expect(subscribes).toHaveLength(1);
  const [kept] = first.shown as Row[];
  server.emit('projects', 'update', { id: 2, version: 2, name: 'zwei' });
  for (const tab of [first, second]) await expect.poll(() => tab.names).toEqual(['one', 'zwei']);
  // I6: what did not change is the same object still.
  expect(first.shown?.[0]).toBe(kept);
  for (const tab of [first, second]) expect(tab.errors).toEqual([]);
});

test('only what changed crosses, and to who shows it', async () => {
  const first = open();
  const second = open();
  first.show();
  second.show('id=eq.1');
  second.rows = rows.slice(0, 1);
  await live(first, second);
  await settled();
  const before = [first, second].map(({ packets }) => packets.length);
  server.emit('projects', 'update', { id: 2, version: 2, name: 'zwei' });
  await expect.poll(() => first.names).toEqual(['one', 'zwei']);
  await settled();
  expect(second.packets.length).toBe(before[1]);
  const batches = first.packets.slice(before[0]).flatMap(({ batch }) => (batch ? [batch] : []));
  // A header of 24 bytes, one row, one view with one update, and the members that changed.
  expect(batches.map(({ byteLength }) => byteLength)).toEqual([
    24 + 8 + 12 + 16 + JSON.stringify([{ version: 2, name: 'zwei' }]).length,
  ]);
});

test('an event crosses whole only to who asked for it', async () => {
  const told: unknown[] = [];
  const [first, second] = [open({ onEvent: ({ data }) => told.push(data) }), open()];
  for (const tab of [first, second]) tab.show();
  await live(first, second);
  const row = { id: 2, version: 2, name: 'zwei' };
  server.emit('projects', 'update', row);
  await expect.poll(() => told).toEqual([row]);
  await expect.poll(() => second.names).toEqual(['one', 'zwei']);
  const events = second.packets
    .flatMap(({ effects }) => effects)
    .filter(({ op }) => op === 'event');
  expect(events).toMatchObject([{ event: { data: { id: 2 } } }]);
  expect(JSON.stringify(events)).not.toContain('zwei');
});

test('a page that leaves takes its subscription along, and the last one the connection', async () => {
  const first = open();
  first.show();
  const second = open();
  second.show('id=eq.1');
  second.rows = rows.slice(0, 1);
  await live(first, second);
  const filters = () =>
    [...server.connections].flatMap(({ subscriptions }) =>
      [...subscriptions.values()].map(({ filter }) => filter ?? ''),
    );
  expect(filters().sort()).toEqual(['', 'id=eq.1']);
  second.close();
  await expect.poll(filters).toEqual(['']);
  server.emit('projects', 'update', { id: 2, version: 2, name: 'zwei' });
  await expect.poll(() => first.names).toEqual(['one', 'zwei']);
  first.close();
  await expect.poll(() => server.connections.size).toBe(0);
  tabs.length = 0;
});

test('a page that comes when others are live reads once and is live', async () => {
  const [first] = await openTwo();
  server.emit('projects', 'update', { id: 1, version: 5, name: 'eins' });
  await expect.poll(() => first.names).toEqual(['eins', 'two']);
  const late = open();
  // An answer from before the event: what the core knows is newer.
  late.show();
  await live(late);
  expect(late.names).toEqual(['eins', 'two']);
  expect(late.integration.status).toBe('connected');
  expect(server.opened).toBe(1);
});

test('a read that left before an event does not undo it, whatever the rows say', async () => {
  const first = open();
  first.show();
  await live(first);
  await settled();
  let answer!: () => void;
  first.gate = new Promise((resolve) => {
    answer = resolve;
  });
  // Without versions only the order of request and event tells.
  const plain = rows.map(({ id, name }) => ({ id, name })) as Row[];
  first.rows = plain;
  const { reads } = first;
  const read = first.queryClient.refetchQueries();
  await expect.poll(() => first.reads).toBe(reads + 1);
  server.emit('projects', 'update', { id: 1, name: 'newer' });
  await expect.poll(() => first.names?.[0]).toBe('newer');
  answer();
  await read;
  expect(first.names?.[0]).toBe('newer');
});

test('a page that does not take what it is sent gets the newest once', async () => {
  const [first, second] = await openTwo();
  const taken = second.packets.length;
  // As if nothing on it were painted.
  const engine = second.engine as NonNullable<typeof second.engine>;
  const { flush } = engine;
  engine.flush = () => [];
  for (let version = 2; version < 30; version++) {
    server.emit('projects', 'update', { id: 1, version, name: `v${version}` });
    await expect.poll(() => first.names?.[0]).toBe(`v${version}`);
  }
  expect(second.packets.length).toBe(taken + 1);
  engine.flush = flush;
  server.emit('projects', 'update', { id: 2, version: 2, name: 'zwei' });
  await expect.poll(() => first.names?.[1]).toBe('zwei');
  // Any input brings a flush with it.
  second.integration.stop();
  await expect.poll(() => second.names).toEqual(['v29', 'zwei']);
  expect(second.packets.length).toBeLessThan(taken + 8);
});

test('an edit is seen by all, and taken back from all when it fails', async () => {
  const [first, second] = await openTwo();
  let refuse!: (reason: Error) => void;
  const done = first.integration.edit({
    entity: 'projects',
    action: 'update',
    data: { id: 1, name: 'mine' },
    send: () =>
      new Promise((_, reject) => {
        refuse = reject;
      }),
  });
  for (const tab of [first, second]) await expect.poll(() => tab.names?.[0]).toBe('mine');
  refuse(new Error('not allowed'));
  await expect(done).rejects.toThrow('not allowed');
  expect(first.names?.[0]).toBe('one');
  await expect.poll(() => second.names?.[0]).toBe('one');
});

test('an edit that succeeds is there for who awaits it, before its event', async () => {
  const [first, second] = await openTwo();
  const row = { id: 1, version: 2, name: 'MINE' };
  await first.integration.edit({
    entity: 'projects',
    action: 'update',
    data: { id: 1, name: 'mine' },
    send: async () => row,
  });
  expect(first.shown?.[0]).toEqual(row);
  await expect.poll(() => second.shown?.[0]).toEqual(row);
});

test('an edit of a page that is gone is taken back', async () => {
  const [first, second] = await openTwo();
  void first.integration.edit({
    entity: 'projects',
    action: 'update',
    data: { id: 1, name: 'mine' },
    send: () => new Promise(() => {}),
  });
  await expect.poll(() => second.names?.[0]).toBe('mine');
  first.close();
  await expect.poll(() => second.names?.[0]).toBe('one');
});

test('what the core refuses is told to the page that asked', async () => {
  const [first, second] = [open(), open()];
  first.rows = [{ id: 1 }, { id: 1 }, 'no row'] as unknown as Row[];
  first.show();
  second.show();
  await live(second);
  await expect.poll(() => first.errors.map(({ code }) => code)).toEqual(['duplicate_id']);
  // It has its data all the same, as it would without a core.
  expect(first.shown).toEqual(first.rows);
  expect(second.errors).toEqual([]);
});

test('a token is asked of one page, and of another when that is gone', async () => {
  let gone!: () => void;
  const asked: string[] = [];
  const first = open({
    getToken: () => {
      asked.push('first');
      return new Promise(() => {
        gone();
      });
    },
  });
  const left = new Promise<void>((resolve) => {
    gone = resolve;
  });
  const second = open({
    getToken: () => {
      asked.push('second');
      return 'secret';
    },
  });
  second.show();
  await left;
  first.close();
  await live(second);
  expect(asked).toEqual(['first', 'second']);
});

test('a core that stops is replaced, and all pages have their rows in the next', async () => {
  const [first, second] = await openTwo();
  for (const tab of [first, second]) tab.rows = [...rows, { id: 3, version: 1, name: 'three' }];
  await breakCore();
  server.emit('projects', 'insert', { id: 3, version: 1, name: 'three' });
  for (const tab of [first, second]) {
    await expect.poll(() => tab.names).toEqual(['one', 'two', 'three']);
  }
  await live(first, second);
  server.emit('projects', 'update', { id: 1, version: 2, name: 'eins' });
  for (const tab of [first, second]) {
    await expect.poll(() => tab.names).toEqual(['eins', 'two', 'three']);
    expect(tab.errors.map(({ code }) => code)).toEqual(['core_aborted']);
  }
  expect(server.connections.size).toBe(1);
});

test('stop in one page leaves the others connected', async () => {
  const [first, second] = await openTwo();
  first.integration.stop();
  await expect.poll(() => first.integration.status).toBe('disconnected');
  await settled();
  expect(second.integration.status).toBe('connected');
  expect(server.connections.size).toBe(1);
  second.integration.stop();
  await expect.poll(() => server.connections.size).toBe(0);
  first.integration.start();
  await expect.poll(() => first.integration.status).toBe('connected');
  expect(second.integration.status).toBe('disconnected');
});
