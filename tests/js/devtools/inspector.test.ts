import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TracedEvent } from '../../../js/core/trace.ts';
import {
  appended,
  MOST_CONFLICTS,
  MOST_EVENTS,
  merged,
  withConflicts,
} from '../../../js/devtools/histories.ts';
import { Inspector } from '../../../js/devtools/inspector.ts';
import { masked } from '../../../js/devtools/mask.ts';
import { replay } from '../../../js/index.ts';
import { breakCore } from '../support/break-core.ts';
import { LiveList } from '../support/live-list.ts';

const event = (number: number, fate: TracedEvent['fate'] = 'applied'): TracedEvent => ({
  number,
  at: number,
  entity: 'projects',
  id: '1',
  eventId: `e${number}`,
  action: 'update',
  epoch: 'e',
  seq: number,
  way: 'link',
  fate,
  error: null,
});

describe('histories', () => {
  it('forget the oldest', () => {
    expect(appended([1, 2, 3], 4, 3)).toEqual([2, 3, 4]);
    expect(appended([], 1, 3)).toEqual([1]);
  });

  it('put an event that became something else in its place', () => {
    const first = merged([], { revision: 2, entries: [event(1), event(2)] }, 0);
    const then = merged(first, { revision: 4, entries: [event(1, 'conflated'), event(3)] }, 0);
    expect(then.map(({ number, fate }) => [number, fate])).toEqual([
      [1, 'conflated'],
      [2, 'applied'],
      [3, 'applied'],
    ]);
    expect(merged(then, { revision: 4, entries: [] }, 0)).toBe(then);
    expect(merged(then, { revision: 1, entries: [event(1)] }, 3).at(-1)?.number).toBe(4);
  });

  it('are bounded', () => {
    const entries = Array.from({ length: MOST_EVENTS + 50 }, (_, index) => event(index + 1));
    const events = merged([], { revision: 1, entries }, 0);
    expect(events).toHaveLength(MOST_EVENTS);
    expect(events[0]?.number).toBe(51);
    const edit = (theirs: number) => ({
      mutation: 1,
      key: 'k',
      entity: 'projects',
      action: 'update' as const,
      id: 1,
      stage: 'sent' as const,
      madeAt: 0,
      kept: false,
      waits: false,
      data: {},
      conflicts: [{ field: 'name', theirs }],
    });
    let conflicts = withConflicts([], [edit(0)], 5);
    expect(withConflicts(conflicts, [edit(0)], 6)).toBe(conflicts);
    for (let i = 1; i < MOST_CONFLICTS + 10; i++)
      conflicts = withConflicts(conflicts, [edit(i)], i);
    expect(conflicts).toHaveLength(MOST_CONFLICTS);
    expect(conflicts.at(-1)?.theirs).toBe(MOST_CONFLICTS + 9);
  });
});

it('masks values and leaves their kind', () => {
  const values = ['secret', 7, true, null, [1], { a: 1 }];
  expect(values.map((value) => masked('', value))).toEqual(['xxxxxx', 0, true, null, [], {}]);
});

describe('an inspector', () => {
  let list: LiveList;
  let inspector: Inspector;
  let stop: () => void;

  beforeEach(async () => {
    list = new LiveList();
    inspector = new Inspector(list.integration);
    stop = inspector.start();
    list.start();
    await expect.poll(() => list.continuity, { timeout: 10_000 }).toBe('live');
    await expect.poll(() => list.queryClient.isFetching()).toBe(0);
  });
  afterEach(() => {
    stop();
    list.stop();
  });
  const statuses = () => inspector.look().moments.map(({ status, cause }) => `${status} ${cause}`);
  const fates = () => inspector.look().events.map(({ fate }) => fate);

  it('tells how the link came to be as it is', async () => {
    const begun = ['disconnected null', 'connecting asked', 'connected opened'];
    expect(statuses()).toEqual(begun);
    list.server.faults.hangUp(1012);
    await expect.poll(() => inspector.look().moments.length).toBe(5);
    expect(statuses().slice(3)).toEqual(['reconnecting closed', 'connected opened']);
    expect(inspector.look().moments[3]?.code).toBe(1012);
    stop();
    list.server.faults.cut();
    await expect.poll(() => list.integration.status).toBe('reconnecting');
    expect(inspector.look().moments).toHaveLength(5);
  });

  it('gives the same picture until something of it changes', async () => {
    inspector.watch(true);
    const picture = inspector.look();
    expect(inspector.look()).toBe(picture);
    list.server.patch('projects', { id: 1, version: 2, name: 'new' });
    await expect.poll(() => inspector.look().events.length).toBe(1);
    const next = inspector.look();
    expect(next).not.toBe(picture);
    expect(next.moments).toBe(picture.moments);
    await expect.poll(() => list.names).toEqual(['new']);
    inspector.look();
    expect(inspector.look()).toBe(inspector.look());
  });

  it('notes events only while somebody looks, and numbers them on', async () => {
    list.server.patch('projects', { id: 1, version: 2, name: 'unseen' });
    await expect.poll(() => list.names).toEqual(['unseen']);
    expect(fates()).toEqual([]);
    inspector.watch(true);
    list.server.patch('projects', { id: 1, version: 3, name: 'seen' });
    await expect.poll(fates).toEqual(['applied']);
    inspector.watch(false);
    expect(list.integration.traced()).toBeNull();
    list.server.patch('projects', { id: 1, version: 4, name: 'unseen' });
    await expect.poll(() => list.names).toEqual(['unseen']);
    inspector.watch(true);
    list.server.faults.repeat();
    list.server.patch('projects', { id: 1, version: 5, name: 'seen' });
    await expect.poll(fates).toEqual(['applied', 'applied', 'duplicate']);
    expect(inspector.look().events.map(({ number }) => number)).toEqual([1, 2, 3]);
    inspector.clearEvents();
    expect(fates()).toEqual([]);
    list.server.patch('projects', { id: 1, version: 6, name: 'after' });
    await expect.poll(fates).toEqual(['applied']);
    expect(inspector.look().events[0]?.number).toBe(4);
  });

  it('goes on with the core that takes the place of a lost one', async () => {
    inspector.watch(true);
    for (const version of [2, 3]) {
      list.server.patch('projects', { id: 1, version, name: `${version}` });
      await expect.poll(() => inspector.look().events.length).toBe(version - 1);
    }
    await breakCore();
    list.server.patch('projects', { id: 1, version: 4, name: 'noticed' });
    await expect.poll(() => list.names).toEqual(['noticed']);
    await expect.poll(() => list.continuity).toBe('live');
    await expect.poll(() => list.queryClient.isFetching()).toBe(0);
    inspector.look();
    list.server.patch('projects', { id: 1, version: 5, name: 'new core' });
    await expect.poll(() => inspector.look().events.length).toBe(3);
    expect(inspector.look().events.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(statuses()).toContain('reconnecting null');
  });

  it('records, masked, what replay runs again', async () => {
    expect(inspector.look().recorder).toBe('none');
    inspector.recorder.start(true);
    expect(inspector.look().recorder).toBe('recording');
    await expect.poll(() => list.continuity).toBe('live');
    list.server.patch('projects', { id: 1, version: 2, name: 'Geheimnis' });
    await expect.poll(() => list.names).toEqual(['Geheimnis']);
    inspector.recorder.stop();
    expect(inspector.look().recorder).toBe('stopped');
    const text = await inspector.recorder.text();
    expect(text).not.toContain('Geheimnis');
    expect(text).toContain('xxxxxxxxx');
    expect(await replay(JSON.parse(text))).toMatchObject({ identical: true });
  });
});
