import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createRealtimeIntegration,
  type Recording,
  replay,
  TidemarkError,
} from '../../../js/index.ts';
import { breakCore } from '../support/break-core.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { HASH, LiveList } from '../support/live-list.ts';

describe('what can be seen of an integration', () => {
  let list: LiveList;
  const inspect = () => list.integration.inspect();
  const fates = () => list.integration.traced()?.entries.map(({ fate }) => fate);
  const live = async () => {
    await expect.poll(() => list.continuity, { timeout: 10_000 }).toBe('live');
    await expect.poll(() => list.queryClient.isFetching()).toBe(0);
  };

  beforeEach(() => {
    list = new LiveList();
  });
  afterEach(() => list.stop());

  it('is nothing before it begins, and looking loads nothing', async () => {
    list.integration.trace(10);
    expect(inspect()).toMatchObject({
      link: { status: 'disconnected' },
      queries: [],
      core: null,
      stats: null,
      memoryBytes: null,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(inspect().core).toBeNull();
    expect(list.integration.traced()).toBeNull();
  });

  it('is its link, its queries, its subscriptions and its memory', async () => {
    list.start();
    await live();
    const { link, queries, core, stats, memoryBytes } = inspect();
    expect(link).toBe(list.integration.link);
    expect(queries).toEqual([
      {
        queryHash: HASH,
        entities: ['projects'],
        filter: '',
        users: 1,
        isInStep: true,
        view: expect.any(Number),
        rows: 1,
        realtime: list.integration.realtime(HASH),
      },
    ]);
    expect(core).toMatchObject({
      cause: 'opened',
      subscriptions: [
        { entity: 'projects', users: 1, continuity: 'live', seq: expect.any(Number) },
      ],
      edits: [],
    });
    expect(stats?.rows).toBe(1);
    expect(memoryBytes).toBeGreaterThan(1_000_000);
    list.server.insert('projects', { id: 2, version: 1, name: 'two' });
    await expect.poll(() => inspect().queries[0]?.rows).toBe(2);
  });

  it('is a pending edit until the server has answered', async () => {
    list.start();
    await live();
    const { done, answer } = list.rename('mine');
    await expect
      .poll(() => inspect().core?.edits)
      .toMatchObject([
        { entity: 'projects', action: 'update', id: 1, stage: 'sent', data: { name: 'mine' } },
      ]);
    list.server.patch('projects', { id: 1, version: 2, name: 'theirs' });
    await expect
      .poll(() => inspect().core?.edits[0]?.conflicts)
      .toEqual([{ field: 'name', theirs: 'theirs' }]);
    answer({ id: 1, version: 3, name: 'mine' });
    await done;
    expect(inspect().core?.edits).toEqual([]);
  });

  it('notes events from when it is asked to, also in the core that follows', async () => {
    list.start();
    await live();
    list.server.patch('projects', { id: 1, version: 2, name: 'unseen' });
    await expect.poll(() => list.names).toEqual(['unseen']);
    expect(list.integration.traced()).toBeNull();
    list.integration.trace(10);
    list.server.faults.repeat();
    list.server.patch('projects', { id: 1, version: 3, name: 'seen' });
    await expect.poll(fates).toEqual(['applied', 'duplicate']);
    const revision = list.integration.traced()?.revision;
    expect(list.integration.traced(revision)?.entries).toEqual([]);

    await breakCore();
    list.server.patch('projects', { id: 1, version: 4, name: 'noticed' });
    await expect.poll(() => list.names).toEqual(['noticed']);
    await live();
    expect(fates()).toEqual([]);
    list.server.patch('projects', { id: 1, version: 5, name: 'new core' });
    await expect.poll(fates).toEqual(['applied']);
    list.integration.trace(0);
    expect(list.integration.traced()).toBeNull();
  });

  it('is nothing where the core runs out of memory while it is looked at', async () => {
    const engine = new FakeEngine();
    engine.inspect = () => {
      throw new TidemarkError('core_aborted', 'out of memory');
    };
    const integration = createRealtimeIntegration(
      new QueryClient(),
      { websocketUrl: 'ws://localhost/none', server: true },
      { loadEngine: engine.load },
    );
    integration.start();
    await expect.poll(() => integration.inspect().stats).not.toBeNull();
    expect(integration.inspect().core).toBeNull();
    integration.dispose();
  });

  it('can be recorded later on, by a new core', async () => {
    list.start();
    await live();
    const requests: string[] = [];
    let answer: (row: unknown) => void = () => {};
    const done = list.integration.edit({
      entity: 'projects',
      action: 'update',
      data: { id: 1, name: 'mine' },
      send: ({ mutationId }) => {
        requests.push(mutationId);
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    });
    await expect.poll(() => requests).toHaveLength(1);
    expect(() => list.integration.record()).toThrow(
      expect.objectContaining({ code: 'record_too_late' }),
    );
    list.integration.trace(10);
    const recorder = list.integration.record({ restart: true });
    expect(list.integration.status).toBe('reconnecting');
    await live();
    expect(list.names).toEqual(['mine']);
    list.server.patch('projects', { id: 1, version: 2, name: 'mine' });
    answer({ id: 1, version: 2, name: 'mine' });
    await done;
    list.server.insert('projects', { id: 2, version: 1, name: 'two' });
    await expect.poll(() => list.names).toEqual(['mine', 'two']);
    // The edit lived through it, and was not sent again.
    expect(requests).toHaveLength(1);
    // Whoever looks meanwhile leaves nothing in a recording (I8).
    expect(fates()).toContain('applied');
    inspect();
    const recording = JSON.parse(JSON.stringify(await recorder.recording())) as Recording;
    expect(recording.inputs.length).toBeGreaterThan(5);
    expect(recording.checkpoint).toBeNull();
    expect(await replay(recording)).toMatchObject({ identical: true });
    expect(list.server.connections).toBe(1);
    expect(list.errors).toEqual([]);

    // And once more; the one before ends, and can be had.
    const again = list.integration.record({ restart: true });
    await live();
    list.server.insert('projects', { id: 3, version: 1, name: 'three' });
    await expect.poll(() => list.names).toEqual(['mine', 'two', 'three']);
    expect((await recorder.recording()).inputs).toHaveLength(recording.inputs.length);
    expect(await replay(await again.recording())).toMatchObject({ identical: true });
  });
});
