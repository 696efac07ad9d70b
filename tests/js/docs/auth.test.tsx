// @vitest-environment jsdom
// The program of docs/auth.md, against a server that wants a token.
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { useProjects } from 'tidemark/entities';
import { createMockServer } from 'tidemark/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { getToken, openSession } from '../../../docs/examples/auth.ts';

const project = { id: 1, version: 1, name: 'Harbour' };
let issued = 0;
let good: Set<string>;
const seen: Array<string | null> = [];
const verify = vi.fn((token: string) => good.has(token));
let server: ReturnType<typeof createMockServer>;
let session: ReturnType<typeof openSession> | undefined;

beforeEach(() => {
  good = new Set();
  seen.length = 0;
  verify.mockClear();
  server = createMockServer({ tables: { projects: [project] }, verify });
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    if (path === '/auth/token') {
      const token = `token-${++issued}`;
      good = new Set([token]);
      return Response.json({ token });
    }
    const authorization = new Headers(init?.headers).get('authorization');
    seen.push(authorization);
    if (!good.has(authorization?.slice('Bearer '.length) ?? '')) {
      return Response.json({}, { status: 401 });
    }
    return Response.json(await server.read('projects'));
  });
});
afterEach(() => {
  cleanup();
  session?.close();
  session = undefined;
  vi.unstubAllGlobals();
});

function open() {
  const opened = openSession({ ...server.options, reconnectInterval: 10 });
  session = opened;
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={opened.queryClient}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useProjects(), { wrapper });
  return { ...opened, page: result };
}

it('asks once for a token that the link and the requests share', async () => {
  const before = issued;
  const { page } = open();
  await expect.poll(() => page.current.realtime.continuity).toBe('live');
  expect(page.current.data).toEqual([project]);
  expect(issued).toBe(before + 1);
  expect(verify.mock.calls).toEqual([[`token-${issued}`]]);
  expect(new Set(seen)).toEqual(new Set([`Bearer token-${issued}`]));
});

it('gets a new token when the server refuses the old one, and misses nothing', async () => {
  const { page, integration } = open();
  await expect.poll(() => page.current.realtime.continuity).toBe('live');
  const first = `token-${issued}`;
  good.clear();
  server.faults.hangUp(4401, 'token expired');
  server.patch('projects', { id: 1, version: 2, name: 'New harbour' });
  await expect.poll(() => page.current.data?.[0]?.name).toBe('New harbour');
  await expect.poll(() => integration.status).toBe('connected');
  expect(await getToken()).not.toBe(first);
});

it('leaves nothing of a user who signs out', async () => {
  const { page, queryClient, close } = open();
  await expect.poll(() => page.current.realtime.continuity).toBe('live');
  expect(server.connections).toBe(1);
  const before = issued;
  cleanup();
  close();
  session = undefined;
  await expect.poll(() => server.connections).toBe(0);
  expect(queryClient.getQueryCache().getAll()).toEqual([]);
  await getToken();
  expect(issued).toBe(before + 1);
});
