import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  createPollingFallback,
  createRealtimeIntegration,
  createWebSocketClient,
  type RealtimeIntegration,
  type Submission,
  type TidemarkError,
} from '../../../js/index.ts';
import { breakCore } from '../support/break-core.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

interface Project {
  id: number;
  version: number;
  name: string;
}

const KEY = ['projects', 'list'];
const HASH = JSON.stringify(KEY);

let server: ProtocolServer;
const errors: TidemarkError[] = [];
// There is no IndexedDB here, which is said once where edits are to be kept.
const codes = () => errors.map(({ code }) => code).filter((code) => code !== 'edits_not_kept');

beforeEach(async () => {
  server = await ProtocolServer.start();
  errors.length = 0;
});
afterEach(() => server.stop());

describe.each([false, true])(
  'an integration whose core runs out of memory, persistEdits %s',
  (persistEdits) => {
    let queryClient: QueryClient;
    let integration: RealtimeIntegration;
    let rows: Project[];
    let reads: number;
    /** What answers wait for. */
    let gate: Promise<void> | undefined;
    let stop: () => void;

    const names = () => queryClient.getQueryData<Project[]>(KEY)?.map(({ name }) => name);

    beforeEach(async () => {
      rows = [{ id: 1, version: 1, name: 'one' }];
      reads = 0;
      gate = undefined;
      queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
      integration = createRealtimeIntegration(queryClient, {
        websocketUrl: server.url,
        WebSocket,
        reconnectInterval: 20,
        persistEdits,
        onError: (error) => errors.push(error),
      });
      const spec = { queryKey: KEY, entity: 'projects' };
      const observer = new QueryObserver(queryClient, {
        queryKey: KEY,
        queryFn: () =>
          integration.fetch(spec, async () => {
            reads++;
            const answer = structuredClone(rows);
            await gate;
            return answer;
          }),
        structuralSharing: (before, after) => integration.share(HASH, before, after, undefined),
      });
      integration.start();
      const handle = integration.observe(spec);
      const unsubscribe = observer.subscribe(() => {});
      stop = () => {
        unsubscribe();
        handle.release();
      };
      await live();
    });
    afterEach(() => {
      stop();
      integration.dispose();
      queryClient.clear();
    });

    const live = () =>
      expect.poll(() => integration.realtime(HASH).continuity, { timeout: 10_000 }).toBe('live');

    /** Until the integration has noticed, which it does at its next input. */
    async function loseCore(): Promise<void> {
      await breakCore();
      const before = codes().length;
      server.emit('projects', 'update', { id: 99, version: 1, name: 'noticed' });
      await expect.poll(codes).toHaveLength(before + 1);
    }

    test('has another, and catches up', async () => {
      const readsBefore = reads;
      await breakCore();
      // Neither this event, which meets a broken core, nor what follows is missed.
      rows = [...rows, { id: 2, version: 1, name: 'two' }];
      server.emit('projects', 'insert', rows[1]);
      await expect.poll(names).toEqual(['one', 'two']);
      await live();
      expect(reads).toBeGreaterThan(readsBefore);
      expect(integration.status).toBe('connected');
      expect(codes()).toEqual(['core_aborted']);
      server.emit('projects', 'update', { id: 1, version: 2, name: 'uno' });
      await expect.poll(names).toEqual(['uno', 'two']);
      expect(server.connections.size).toBe(1);
      expect(codes()).toEqual(['core_aborted']);
    });

    test('shows what it had meanwhile, and does not call it live', async () => {
      await breakCore();
      let continuity = '';
      const unwatch = integration.watch(HASH, () => {
        continuity ||= integration.realtime(HASH).continuity;
      });
      expect(names()).toEqual(['one']);
      server.emit('projects', 'delete', { id: 99 });
      await expect.poll(() => continuity).toBe('suspect');
      expect(names()).toEqual(['one']);
      unwatch();
      await live();
    });

    test('keeps pending edits, and sends none twice', async () => {
      const sent: Submission[] = [];
      let answer!: (row: unknown) => void;
      const done = integration.edit({
        entity: 'projects',
        action: 'update',
        data: { id: 1, name: 'mine' },
        send: (submission) => {
          sent.push(submission);
          return new Promise((resolve) => {
            answer = resolve;
          });
        },
      });
      await expect.poll(names).toEqual(['mine']);
      expect(sent).toHaveLength(1);
      await loseCore();
      await live();
      expect(names()).toEqual(['mine']);
      expect(sent).toHaveLength(1);
      rows = [{ id: 1, version: 2, name: 'MINE' }];
      answer(rows[0]);
      await expect(done).resolves.toEqual(rows[0]);
      await expect.poll(names).toEqual(['MINE']);
      expect(sent).toHaveLength(1);
      // Nothing of it is left to lie over what comes.
      server.emit('projects', 'update', { id: 1, version: 3, name: 'theirs' });
      await expect.poll(names).toEqual(['theirs']);
      expect(codes()).toEqual(['core_aborted']);
    });

    test('takes what was answered while there was none', async () => {
      let open!: () => void;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      const read = queryClient.refetchQueries();
      let answerEdit!: (row: unknown) => void;
      let requests = 0;
      const edit = integration.edit({
        entity: 'projects',
        action: 'update',
        data: { id: 1, name: 'mine' },
        send: () => {
          requests++;
          return new Promise((resolve) => {
            answerEdit = resolve;
          });
        },
      });
      await expect.poll(() => requests).toBe(1);
      await loseCore();
      rows = [{ id: 1, version: 2, name: 'MINE' }];
      answerEdit(rows[0]);
      open();
      await read;
      await expect(edit).resolves.toEqual(rows[0]);
      await expect.poll(names).toEqual(['MINE']);
      await live();
      expect(requests).toBe(1);
      expect(codes()).toEqual(['core_aborted']);
      server.emit('projects', 'update', { id: 1, version: 3, name: 'theirs' });
      await expect.poll(names).toEqual(['theirs']);
    });

    test('takes back an edit that is refused after all', async () => {
      let refuse!: (reason: unknown) => void;
      const done = integration.edit({
        entity: 'projects',
        action: 'update',
        data: { id: 1, name: 'mine' },
        send: () =>
          new Promise((_, reject) => {
            refuse = reject;
          }),
      });
      await expect.poll(names).toEqual(['mine']);
      await loseCore();
      await live();
      refuse(new Error('no'));
      await expect(done).rejects.toThrow('no');
      await expect.poll(names).toEqual(['one']);
    });

    test('gives up when it happens again and again, and the app goes on without', async () => {
      for (let times = 0; times < 3; times++) {
        await loseCore();
        await live();
      }
      const sent: Submission[] = [];
      let answer!: (row: unknown) => void;
      const pending = integration.edit({
        entity: 'projects',
        action: 'update',
        data: { id: 1, name: 'mine' },
        send: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      });
      await expect.poll(names).toEqual(['mine']);
      await loseCore();
      expect(codes()).toEqual(Array(4).fill('core_aborted'));
      expect(errors.at(-1)?.message).toContain('4 times in a minute');
      expect(integration.status).toBe('error');
      expect(integration.realtime(HASH).continuity).toBe('offline');
      answer('done');
      await expect(pending).resolves.toBe('done');
      rows = [{ id: 1, version: 5, name: 'read' }];
      await queryClient.refetchQueries();
      expect(names()).toEqual(['read']);
      const send = async (submission: Submission) => void sent.push(submission);
      const data = { id: 1, name: 'plain' };
      await integration.edit({ entity: 'projects', action: 'update', data, send });
      expect(sent).toHaveLength(1);
      expect(codes()).toHaveLength(4);
    });
  },
);

test('a client subscribes again, and says that something may be missing', async () => {
  const heard: unknown[] = [];
  let resyncs = 0;
  const client = createWebSocketClient({
    url: server.url,
    WebSocket,
    reconnectInterval: 20,
    onError: (error) => errors.push(error),
  });
  const connected = () =>
    expect.poll(() => [...server.connections].map((each) => each.subscriptions.size)).toEqual([1]);
  client.subscribe(
    'projects',
    undefined,
    ({ data }) => heard.push(data),
    () => resyncs++,
  );
  const end = client.subscribe('projects', undefined, () => heard.push('ended'));
  await connected();
  await breakCore();
  end();
  await expect.poll(codes).toEqual(['core_aborted']);
  await expect.poll(() => resyncs).toBe(1);
  await connected();
  server.emit('projects', 'insert', { id: 5 });
  await expect.poll(() => heard).toEqual([{ id: 5 }]);
  client.dispose();
});

test('polling goes on, from what the next answer says', async () => {
  let version = 1;
  const updates: unknown[] = [];
  const polling = createPollingFallback({
    interval: 20,
    adaptive: false,
    onUpdate: (entity, action, data) => updates.push([entity, action, data]),
    onError: (error) => errors.push(error),
  });
  polling.startPolling('projects', async () => [{ id: 1, version: version++ }]);
  await expect.poll(() => updates.length).toBeGreaterThan(2);
  await breakCore();
  await expect.poll(codes).toEqual(['core_aborted']);
  const before = updates.length;
  await expect.poll(() => updates.length).toBeGreaterThan(before + 2);
  expect(updates.at(-1)).toEqual(['projects', 'update', expect.objectContaining({ id: 1 })]);
  expect(codes()).toEqual(['core_aborted']);
  polling.dispose();
});
