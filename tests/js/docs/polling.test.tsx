// @vitest-environment jsdom
// The programs of docs/polling.md, against a server that knows what has not changed.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { configureApi } from 'tidemark/entities';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useTasks } from '../../../docs/examples/getting-started/tasks.ts';
import { followTasks, pollOnly } from '../../../docs/examples/polling.ts';

let rows: object[];
let answers: number[];
const ends: Array<() => void> = [];

beforeEach(() => {
  rows = [{ id: 'a', title: 'Write', version: 1 }];
  answers = [];
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    expect(path).toBe('/tasks');
    const etag = `"${JSON.stringify(rows).length}"`;
    const isKnown = new Headers(init?.headers).get('if-none-match') === etag;
    answers.push(isKnown ? 304 : 200);
    if (isKnown) return new Response(null, { status: 304, headers: { etag } });
    return Response.json(rows, { headers: { etag } });
  });
});
afterEach(() => {
  cleanup();
  for (const end of ends.splice(0)) end();
  vi.unstubAllGlobals();
});

it('a page without a stream follows its server', async () => {
  configureApi({ baseUrl: '/' });
  const queryClient = new QueryClient();
  const integration = pollOnly(queryClient, 20);
  ends.push(() => integration.dispose());
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useTasks(), { wrapper });
  await expect.poll(() => result.current.data).toEqual(rows);
  await expect.poll(() => result.current.realtime.continuity).toBe('polling');
  // The first answer is shown as it came: the core was still loading.
  await expect.poll(() => answers.length).toBeGreaterThan(3);
  const [unchanged] = result.current.data ?? [];
  rows = [...rows, { id: 'b', title: 'Read', version: 1 }];
  await expect.poll(() => result.current.data).toEqual(rows);
  expect(result.current.data?.[0]).toBe(unchanged);
  expect(result.current.realtime).toMatchObject({ transport: 'polling', source: 'polling' });
});

it('a program hears what changed between two answers, and asks for no more than that', async () => {
  const heard: string[] = [];
  const fallback = followTasks((what) => heard.push(what), 20);
  ends.push(() => fallback.dispose());
  await expect.poll(() => answers.filter((status) => status === 304).length).toBeGreaterThan(1);
  expect(heard).toEqual([]);
  rows = [{ id: 'a', title: 'Write more', version: 2 }, { id: 'b' }];
  await expect.poll(() => heard.length).toBe(2);
  rows = [{ id: 'b' }];
  await expect.poll(() => heard.length).toBe(3);
  expect(heard).toEqual([
    'update tasks {"id":"a","title":"Write more","version":2}',
    'insert tasks {"id":"b"}',
    'delete tasks {"id":"a","title":"Write more","version":2}',
  ]);
});
