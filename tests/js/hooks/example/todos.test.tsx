// @vitest-environment jsdom

import { readFileSync } from 'node:fs';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createRealtimeIntegration, type RealtimeIntegration } from '../../../../js/index.ts';
import * as rebased from './rebased.ts';
import * as recipe from './recipe.ts';
import { TodoServer } from './todo-server.ts';
import type { Todo } from './todos-api.ts';

const todos: Todo[] = [
  { id: 1, title: 'Write', done: false },
  { id: 2, title: 'Read', done: false },
];
const PATIENCE = { timeout: 5000 };

describe('optimistic edits of a list', () => {
  let server: TodoServer;
  let queryClient: QueryClient;
  let integration: RealtimeIntegration | undefined;

  beforeEach(async () => {
    server = await TodoServer.start(todos);
    queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
    const { origin } = server;
    const request = fetch;
    // The page's addresses have no host.
    vi.stubGlobal('fetch', (path: string, init?: RequestInit) => request(origin + path, init));
  });
  afterEach(async () => {
    cleanup();
    integration?.dispose();
    integration = undefined;
    queryClient.clear();
    vi.unstubAllGlobals();
    await server.stop();
  });

  function wrapper({ children }: { children: ReactNode }) {
    return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
  }

  /** A page of the program; what it shows as the first todo from here on is kept. */
  async function open(program: Pick<typeof recipe | typeof rebased, 'useTodos'>) {
    const isRebased = program === rebased;
    if (isRebased) {
      integration = createRealtimeIntegration(queryClient, {
        websocketUrl: server.events.url,
        WebSocket,
        entities: [rebased.todos],
      });
      integration.start();
    }
    const shown: Array<Todo | undefined> = [];
    let last: Todo | undefined;
    const useUpdate = isRebased ? rebased.useUpdateTodo : recipe.useUpdateTodo;
    const { result } = renderHook(
      () => {
        const todo = program.useTodos().data?.[0];
        if (last !== todo) shown.push(todo);
        last = todo;
        return { todo, update: useUpdate() as ReturnType<typeof recipe.useUpdateTodo> };
      },
      { wrapper },
    );
    await vi.waitFor(() => expect(result.current.todo).toEqual(todos[0]), PATIENCE);
    const hash = JSON.stringify(['todos', 'list']);
    if (isRebased) {
      await vi.waitFor(() => expect(integration?.realtime(hash).continuity).toBe('live'), PATIENCE);
    }
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
    shown.length = 0;
    return { page: result, shown };
  }

  describe.each([
    ['the recipe', recipe],
    ['useRealtimeMutation', rebased],
  ])('with %s', (_, program) => {
    it('show at once, and stay when they are saved', async () => {
      const { page, shown } = await open(program);
      server.hold('PATCH');
      act(() => page.current.update.mutate({ id: 1, done: true }));
      await vi.waitFor(() => expect(page.current.todo?.done).toBe(true));
      await vi.waitFor(() => expect(server.waiting).toBe(1));
      expect(server.rows[0]?.done).toBe(false);
      server.release();
      await vi.waitFor(() => expect(page.current.update.isSuccess).toBe(true), PATIENCE);
      await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
      expect(server.rows[0]?.done).toBe(true);
      expect(new Set(shown.map((todo) => todo?.done))).toEqual(new Set([true]));
    });

    it('are taken back when they are refused', async () => {
      const { page, shown } = await open(program);
      server.refuse();
      server.hold('PATCH');
      act(() => page.current.update.mutate({ id: 1, done: true }));
      await vi.waitFor(() => expect(page.current.todo?.done).toBe(true));
      await vi.waitFor(() => expect(server.waiting).toBe(1));
      server.release();
      await vi.waitFor(() => expect(page.current.update.isError).toBe(true), PATIENCE);
      await vi.waitFor(() => expect(page.current.todo).toEqual(todos[0]), PATIENCE);
      expect(shown.map((todo) => todo?.done)).toEqual([true, false]);
    });
  });

  describe('that fail while somebody else changes another field', () => {
    const renamed = { ...todos[0], title: 'Write more' };

    /** Saves of this page are refused once the page has seen what the other one did. */
    async function collide(
      { page, shown }: Awaited<ReturnType<typeof open>>,
      learn: () => Promise<unknown>,
    ) {
      server.refuse();
      server.hold('PATCH');
      act(() => page.current.update.mutate({ id: 1, done: true }));
      await vi.waitFor(() => expect(page.current.todo?.done).toBe(true));
      await vi.waitFor(() => expect(server.waiting).toBe(1));
      server.change({ id: 1, title: 'Write more' });
      await act(learn);
      await vi.waitFor(() => expect(page.current.todo?.title).toBe('Write more'), PATIENCE);
      shown.length = 0;
      // What is read again after the failure takes its time.
      server.release();
      server.hold('GET');
    }

    it('the recipe loses that until it has read everything again', async () => {
      const { page, shown } = await open(recipe);
      // As when the window is focused.
      await collide({ page, shown }, () => queryClient.refetchQueries());
      await vi.waitFor(() => expect(server.waiting).toBe(1), PATIENCE);
      expect(page.current.todo).toEqual(todos[0]);
      server.release();
      await vi.waitFor(() => expect(page.current.todo).toEqual(renamed), PATIENCE);
    });

    it('useRealtimeMutation takes back its own edit only', async () => {
      const { page, shown } = await open(rebased);
      await collide({ page, shown }, async () => {});
      await vi.waitFor(() => expect(page.current.update.isError).toBe(true), PATIENCE);
      expect(page.current.todo).toEqual(renamed);
      expect(new Set(shown.map((todo) => todo?.title))).toEqual(new Set(['Write more']));
      expect(server.waiting).toBe(0);
    });
  });
});

describe('docs/optimistic-edits.md', () => {
  const read = (path: string) => readFileSync(path, 'utf8');
  const programs = ['recipe.ts', 'rebased.ts'].map((file) =>
    read(`tests/js/hooks/example/${file}`),
  );

  it('needs fewer lines with useRealtimeMutation, the entity’s declaration included', () => {
    const [byHand, byUs] = programs.map((text) => text.trimEnd().split('\n').length);
    expect(byUs).toBeLessThan(byHand as number);
  });
});
