import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TracedEvent } from '../../../js/core/trace.ts';
import { Inspector } from '../../../js/devtools/inspector.ts';
import type { Inspection } from '../../../js/index.ts';
import { Host } from '../../../js/worker/host.ts';
import { HostedTab, type Row } from '../support/hosted-pages.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

let server: ProtocolServer;
const rows: Row[] = [{ id: 1, version: 1, name: 'one' }];
const opened: Array<() => void> = [];

interface Pane {
  tab: HostedTab;
  inspector: Inspector;
}

beforeEach(async () => {
  server = await ProtocolServer.start();
});
afterEach(async () => {
  for (const close of opened.splice(0)) close();
  await server.stop();
});

async function open(host: Host, filter?: string): Promise<Pane> {
  const tab = new HostedTab(host, server.url, rows);
  const inspector = new Inspector(tab.integration);
  const stop = inspector.start();
  opened.push(() => {
    stop();
    tab.close();
  });
  tab.show(filter);
  await expect.poll(() => tab.continuity).toBe('live');
  return { tab, inspector };
}

/** Looks as a panel does, until it is so. */
const see = <T>({ inspector }: Pane, read: (picture: ReturnType<Inspector['look']>) => T) =>
  expect.poll(() => read(inspector.look()));

/** Until the worker has heard what it was told. */
const told = () => new Promise((resolve) => setTimeout(resolve, 50));

const views = ({ core }: Inspection) => core?.views.map((each) => each.rows);

test('who looks at a core in a worker sees what is in it', async () => {
  const host = new Host();
  const pane = await open(host);
  const other = await open(host, 'id=eq.1');
  // Its own queries with their rows, and what all pages share.
  for (const each of [pane, other]) {
    await see(each, ({ inspection }) => views(inspection)).toEqual([1]);
    await see(each, ({ inspection }) => inspection.queries.map((query) => query.rows)).toEqual([1]);
    await see(each, ({ inspection }) => inspection.core?.subscriptions.length).toBe(2);
    await see(each, ({ inspection }) => inspection.memoryBytes).toBeGreaterThan(100_000);
  }
  const before = pane.inspector.look();
  expect(pane.inspector.look()).toBe(before);
});

test('it says why the link changed, when it changed', async () => {
  const pane = await open(new Host());
  await see(pane, ({ inspection }) => inspection.core?.cause).toBe('opened');
  server.closeAll(1012);
  await see(pane, ({ moments }) => moments.at(-2)?.status).toBe('reconnecting');
  const [lost, back] = pane.inspector.look().moments.slice(-2);
  expect(lost).toMatchObject({ cause: 'closed', code: 1012 });
  expect(back).toMatchObject({ status: 'connected', cause: 'opened' });
});

test('events are noted while somebody looks, for each who looks', async () => {
  const host = new Host();
  const [first, second] = [await open(host), await open(host)];
  const update = async (version: number): Promise<void> => {
    server.emit('projects', 'update', { id: 1, version, name: `v${version}` });
    for (const { tab } of [first, second])
      await expect.poll(() => tab.names).toEqual([`v${version}`]);
  };
  /** What became of each, and of which event in the server's order. */
  const fates = ({ events }: ReturnType<Inspector['look']>) =>
    events.map(({ fate, seq }) => [fate, seq]);
  first.inspector.watch(true);
  await told();
  await update(2);
  await see(first, ({ events }) => events.length).toBe(1);
  const [[, seq]] = fates(first.inspector.look()) as [[string, number]];
  expect(second.tab.integration.traced()).toBeNull();
  // Who begins to look, or clears what it saw, is not told what came before.
  second.inspector.watch(true);
  await told();
  first.inspector.clearEvents();
  await told();
  await update(3);
  const after = [['applied', seq + 1]];
  for (const pane of [first, second]) await see(pane, fates).toEqual(after);
  // One who looks away takes nothing from the other.
  first.inspector.watch(false);
  await update(4);
  await see(second, fates).toEqual([...after, ['applied', seq + 2]]);
  expect(first.tab.integration.traced()).toBeNull();
});

test('who clears its list counts on, whoever else looks', async () => {
  const host = new Host();
  const [first, second] = [await open(host), await open(host)];
  const update = async (version: number): Promise<void> => {
    server.emit('projects', 'update', { id: 1, version, name: `v${version}` });
    for (const { tab } of [first, second])
      await expect.poll(() => tab.names).toEqual([`v${version}`]);
  };
  const numbers = ({ events }: ReturnType<Inspector['look']>) => events.map(({ number }) => number);
  for (const { inspector } of [first, second]) inspector.watch(true);
  await told();
  for (const version of [2, 3, 4]) await update(version);
  for (const pane of [first, second]) await see(pane, numbers).toEqual([1, 2, 3]);
  first.inspector.clearEvents();
  await told();
  await update(5);
  await see(first, numbers).toEqual([4]);
  await see(second, numbers).toEqual([1, 2, 3, 4]);
  // The same for one who looked away.
  second.inspector.watch(false);
  await told();
  await update(6);
  second.inspector.watch(true);
  await told();
  await update(7);
  await see(second, numbers).toEqual([1, 2, 3, 4, 5]);
  await see(first, numbers).toEqual([4, 5, 6]);
});

test('who wants more events noted than another, or no more, takes nothing from that one', async () => {
  const host = new Host();
  const [first, second] = [await open(host), await open(host)];
  const seen: TracedEvent[] = [];
  let revision = 0;
  const read = () => {
    const report = first.tab.integration.traced(revision);
    seen.push(...(report?.entries ?? []));
    revision = report?.revision ?? revision;
    return seen.map(({ number, seq }) => [number, (seq as number) - (seen[0]?.seq as number)]);
  };
  const update = async (version: number): Promise<void> => {
    server.emit('projects', 'update', { id: 1, version, name: `v${version}` });
    await expect.poll(() => first.tab.names).toEqual([`v${version}`]);
  };
  first.tab.integration.trace(10);
  await told();
  for (const version of [2, 3]) await update(version);
  await expect.poll(read).toEqual([1, 2].map((number) => [number, number - 1]));
  second.tab.integration.trace(20);
  await told();
  await update(4);
  await expect.poll(read).toEqual([1, 2, 3].map((number) => [number, number - 1]));
  // Not read before the other ends.
  await update(5);
  second.tab.integration.trace(0);
  await told();
  await update(6);
  await expect.poll(read).toEqual([1, 2, 3, 4, 5].map((number) => [number, number - 1]));
});
