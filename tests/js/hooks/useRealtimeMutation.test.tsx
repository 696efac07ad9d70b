// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  type Conflict,
  createRealtimeIntegration,
  type EntityDefinition,
  type RealtimeIntegration,
  type Submission,
  type TidemarkError,
} from '../../../js/index.ts';
import { useRealtimeMutation, useRealtimeQuery } from '../../../js/react.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

interface Project {
  id: number | string;
  version: number;
  name: string;
  budget: number;
}

const project = (id: number, change: Partial<Project> = {}): Project => ({
  id,
  version: 1,
  name: `p${id}`,
  budget: 10,
  ...change,
});

const projects: EntityDefinition = {
  name: 'projects',
  table: 'projects',
  idField: 'id',
  versionField: 'version',
  conflicts: {
    budget: 'increment',
    notes: ({ mine, theirs }) => `${String(theirs)} & ${String(mine)}`,
  },
  queryKeys: { list: ['projects', 'list'] },
};

/** A promise that a test settles. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

describe('useRealtimeMutation with the real core and a real server', () => {
  let server: ProtocolServer;
  let queryClient: QueryClient;
  let integration: RealtimeIntegration;
  let rows: Project[];
  const errors: TidemarkError[] = [];
  const conflicts: Conflict[] = [];
  const renames: unknown[][] = [];

  beforeEach(async () => {
    server = await ProtocolServer.start();
    queryClient = new QueryClient();
    rows = [project(1), project(2)];
    errors.length = conflicts.length = renames.length = 0;
    integration = createRealtimeIntegration(queryClient, {
      websocketUrl: server.url,
      WebSocket,
      entities: [projects],
      onError: (error) => errors.push(error),
      onConflict: (conflict) => conflicts.push(conflict),
      onRename: (...rename) => renames.push(rename),
    });
    integration.start();
  });
  afterEach(async () => {
    cleanup();
    window.dispatchEvent(new Event('online'));
    integration.dispose();
    queryClient.clear();
    await server.stop();
    expect(errors).toEqual([]);
  });

  function wrapper({ children }: { children: ReactNode }) {
    return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
  }

  /** A live list beside a mutation; every list that was ever shown is kept. */
  async function render(
    action: 'insert' | 'update' | 'delete',
    mutationFn: (variables: Partial<Project>, submission: Submission) => Promise<unknown>,
  ) {
    const shown: Project[][] = [];
    const { result } = renderHook(
      () => {
        const { data = [] } = useRealtimeQuery({
          queryKey: ['projects', 'list'],
          queryFn: async () => rows,
          realtimeEntity: 'projects',
        });
        if (shown.at(-1) !== data) shown.push(data);
        return {
          data,
          mutation: useRealtimeMutation({ realtimeEntity: 'projects', action, mutationFn }),
        };
      },
      { wrapper },
    );
    await vi.waitFor(
      () => expect(integration.realtime('["projects","list"]').continuity).toBe('live'),
      5000,
    );
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
    const list = () => result.current.data;
    const row = (id: number | string) => list().find((each) => each.id === id);
    const edit = (variables: Partial<Project>) => result.current.mutation.mutateAsync(variables);
    return { shown, list, row, edit };
  }

  it('I5: a failed edit leaves what others changed meanwhile', async () => {
    const answer = deferred<unknown>();
    const { row, edit } = await render('update', () => answer.promise);
    const done = edit({ id: 1, name: 'mine' });
    await vi.waitFor(() => expect(row(1)?.name).toBe('mine'));
    act(() => void server.emit('projects', 'update', project(1, { version: 2, budget: 99 })));
    await vi.waitFor(() =>
      expect(row(1)).toEqual(project(1, { version: 2, budget: 99, name: 'mine' })),
    );
    answer.reject(new Error('refused'));
    await expect(done).rejects.toThrow('refused');
    await vi.waitFor(() => expect(row(1)).toEqual(project(1, { version: 2, budget: 99 })));
    expect(integration.stats()?.pending).toBe(0);
  });

  it('I5: an echo neither flickers nor applies twice', async () => {
    const answer = deferred<unknown>();
    let key = '';
    const { shown, row, edit } = await render('update', (_, { mutationId }) => {
      key = mutationId;
      return answer.promise;
    });
    const done = edit({ id: 1, name: 'mine' });
    await vi.waitFor(() => expect(row(1)?.name).toBe('mine'));
    server.sendRaw(
      JSON.stringify({
        type: 'realtime',
        id: 'echo',
        entity: 'projects',
        action: 'update',
        data: project(1, { version: 2, name: 'mine' }),
        mutation: key,
      }),
    );
    await vi.waitFor(() => expect(row(1)?.version).toBe(2));
    answer.resolve(project(1, { version: 2, name: 'mine' }));
    await act(() => done);
    const names = shown.map((list) => list.find(({ id }) => id === 1)?.name);
    const fromEdit = names.slice(names.indexOf('mine'));
    expect(new Set(fromEdit)).toEqual(new Set(['mine']));
  });

  it('I5: an insert never shows twice, and its temporary id becomes the server’s', async () => {
    const answer = deferred<unknown>();
    const { shown, list, edit } = await render('insert', () => answer.promise);
    const done = edit({ name: 'new', budget: 1, version: 0 });
    await vi.waitFor(() => expect(list()).toHaveLength(3));
    const temporary = list().at(-1)?.id;
    expect(temporary).toMatch(/^temp-/);
    answer.resolve({ data: project(9, { name: 'new', budget: 1 }) });
    await act(() => done);
    server.emit('projects', 'insert', project(9, { name: 'new', budget: 1 }));
    server.emit('projects', 'update', project(2, { version: 2 }));
    await vi.waitFor(() => expect(list().find(({ id }) => id === 2)?.version).toBe(2));
    expect(list().map(({ id }) => id)).toEqual([1, 2, 9]);
    expect(Math.max(...shown.map(({ length }) => length))).toBe(3);
    expect(renames).toEqual([['projects', temporary, 9]]);
  });

  it('a delete hides at once and comes back when it fails', async () => {
    const answer = deferred<unknown>();
    const { list, edit } = await render('delete', () => answer.promise);
    const done = edit({ id: 1 });
    await vi.waitFor(() => expect(list().map(({ id }) => id)).toEqual([2]));
    answer.reject(new Error('no'));
    await expect(done).rejects.toThrow('no');
    // In a list without an order it comes back at the end.
    await vi.waitFor(() => expect(list().map(({ id }) => id)).toEqual([2, 1]));
  });

  it('follows each field’s policy and tells of conflicts', async () => {
    const answer = deferred<unknown>();
    const { row, edit } = await render('update', () => answer.promise);
    const note = (notes: string) => ({ notes }) as Partial<Project>;
    act(() => void server.emit('projects', 'update', project(1, { version: 2, ...note('old') })));
    await vi.waitFor(() => expect(row(1)?.version).toBe(2));
    const done = edit({ id: 1, budget: 15, ...note('mine') });
    await vi.waitFor(() => expect(row(1)?.budget).toBe(15));
    const theirs = project(1, { version: 3, budget: 100, ...note('theirs') });
    act(() => void server.emit('projects', 'update', theirs));
    await vi.waitFor(() =>
      expect(row(1)).toEqual(project(1, { version: 3, budget: 105, ...note('theirs & mine') })),
    );
    expect(conflicts.map(({ field, policy }) => [field, policy]).sort()).toEqual([
      ['budget', 'increment'],
      ['notes', 'custom'],
    ]);
    expect(conflicts.find(({ field }) => field === 'notes')).toMatchObject({
      entity: 'projects',
      id: 1,
      base: 'old',
      mine: 'mine',
      theirs: 'theirs',
    });
    answer.resolve(theirs);
    await act(() => done);
    await vi.waitFor(() => expect(row(1)).toEqual(theirs));
  });

  it('keeps what is edited offline and sends it in order', async () => {
    const sent: unknown[] = [];
    const { row, edit } = await render('update', async (_, { data }) => {
      if (!online) throw new TypeError('Failed to fetch');
      sent.push(data);
      return project(1, { ...(data as Partial<Project>), version: 2 + sent.length });
    });
    let online = false;
    window.dispatchEvent(new Event('offline'));
    const first = edit({ id: 1, name: 'one' });
    const second = edit({ id: 2, name: 'two' });
    const third = edit({ id: 1, name: 'three' });
    await vi.waitFor(() => expect(row(1)?.name).toBe('three'));
    expect(sent).toEqual([]);
    online = true;
    window.dispatchEvent(new Event('online'));
    await act(() => Promise.all([first, second, third]));
    expect(sent).toEqual([
      { id: 1, name: 'one' },
      { id: 2, name: 'two' },
      { id: 1, name: 'three' },
    ]);
  });

  it('says which entities there are when the name is unknown', async () => {
    const { result } = renderHook(
      () =>
        useRealtimeMutation({
          realtimeEntity: 'nothing',
          action: 'update',
          mutationFn: async (_: { id: number }) => null,
        }),
      { wrapper },
    );
    await expect(act(() => result.current.mutateAsync({ id: 1 }))).rejects.toMatchObject({
      code: 'unknown_entity',
      message: expect.stringContaining('known are projects'),
    });
  });

  it('is a plain mutation without an integration', async () => {
    const plain = new QueryClient();
    const { result } = renderHook(() =>
      useRealtimeMutation(
        {
          realtimeEntity: 'projects',
          action: 'update',
          mutationFn: async ({ id }: { id: number }, { data }) => ({ id, data }),
        },
        plain,
      ),
    );
    const answer = await act(() => result.current.mutateAsync({ id: 4 }));
    expect(answer).toEqual({ id: 4, data: { id: 4 } });
    expectTypeOf(answer).toEqualTypeOf<{ id: number; data: Record<string, unknown> | null }>();
  });
});
