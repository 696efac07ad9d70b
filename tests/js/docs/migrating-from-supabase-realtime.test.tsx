// @vitest-environment jsdom
// Both programs of docs/migrating-from-supabase-realtime.md, in front of one server, which
// Supabase's own client judges elsewhere (tests/oracles).
import { RealtimeClient } from '@supabase/realtime-js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createMockServer } from 'tidemark/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as after from '../../../docs/examples/migrating-from-supabase-realtime/after.ts';
import * as before from '../../../docs/examples/migrating-from-supabase-realtime/before.ts';
import type { Task } from '../../../docs/examples/migrating-from-supabase-realtime/tasks-api.ts';

let minutes = 0;
const task = (id: number, more: Partial<Task> = {}): Task => ({
  id,
  title: `task ${id}`,
  status: 'open',
  updated_at: new Date(Date.UTC(2026, 0, 1, 0, ++minutes)).toISOString(),
  ...more,
});

let server = createMockServer();
let queryClient: QueryClient;
let realtime: RealtimeClient;
let disconnect: (() => void) | undefined;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  server = createMockServer({ dialect: 'supabase', tables: { tasks: [task(1), task(2)] } });
  const { WebSocket: Socket, websocketUrl } = server.options;
  vi.stubGlobal('WebSocket', Socket);
  vi.stubGlobal('fetch', async (path: string) => {
    const { search } = new URL(path, 'http://localhost');
    return Response.json(await server.read('tasks', search.slice(1)));
  });
  queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  realtime = new RealtimeClient(websocketUrl.replace(/\/websocket$/, ''), {
    params: { apikey: 'anon' },
    transport: Socket as never,
    reconnectAfterMs: () => 10,
  });
});
afterEach(async () => {
  cleanup();
  disconnect?.();
  await realtime.disconnect();
  queryClient.clear();
  vi.unstubAllGlobals();
});

async function open(program: typeof before | typeof after) {
  disconnect = program.connect(queryClient, { realtime });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => program.useOpenTasks(), { wrapper });
  const titles = () => (result.current.data ?? []).map(({ title }) => title);
  await expect.poll(titles).toEqual(['task 1', 'task 2']);
  // Until the server listens to its database, changes are told to nobody.
  let told = 0;
  await expect
    .poll(() => {
      server.update('tasks', task(2, { title: `ready ${++told}` }));
      return titles()[1];
    })
    .toMatch(/^ready/);
  server.update('tasks', task(2));
  await expect.poll(titles).toEqual(['task 1', 'task 2']);
  await expect.poll(() => queryClient.isFetching()).toBe(0);
  return { titles, opened: server.opened };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 200));

describe.each([
  ['realtime-js and setQueryData', before],
  ['Tidemark', after],
])('with %s', (_, program) => {
  it('a page shows what others write', async () => {
    const { titles } = await open(program);
    server.insert('tasks', task(3));
    server.update('tasks', task(1, { title: 'renamed' }));
    await expect.poll(titles).toEqual(['renamed', 'task 2', 'task 3']);
    server.delete('tasks', { id: 2 });
    await expect.poll(titles).toEqual(['renamed', 'task 3']);
  });
});

describe('a row that leaves the filter', () => {
  it('stays with realtime-js: the server tells nobody who filters', async () => {
    const { titles } = await open(before);
    server.update('tasks', task(1, { status: 'done' }));
    server.insert('tasks', task(3));
    await expect.poll(titles).toContain('task 3');
    expect(titles()).toEqual(['task 1', 'task 2', 'task 3']);
  });

  it('goes with Tidemark', async () => {
    const { titles } = await open(after);
    server.update('tasks', task(1, { status: 'done' }));
    await expect.poll(titles).toEqual(['task 2']);
  });
});

describe('a change while there is no link', () => {
  async function miss(program: typeof before | typeof after) {
    const page = await open(program);
    server.faults.cut();
    server.insert('tasks', task(3));
    server.update('tasks', task(1, { title: 'renamed' }));
    return page;
  }

  it('is missed with realtime-js, which connects again and reads nothing', async () => {
    const { titles } = await miss(before);
    await expect.poll(() => server.connections).toBe(1);
    await settled();
    server.update('tasks', task(2, { title: 'heard again' }));
    await expect.poll(titles).toEqual(['task 1', 'heard again']);
  });

  it('is read with Tidemark', async () => {
    const { titles } = await miss(after);
    await expect.poll(titles).toEqual(['renamed', 'task 2', 'task 3']);
  });
});
