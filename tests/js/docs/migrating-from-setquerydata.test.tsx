// @vitest-environment jsdom
// Both programs of docs/migrating-from-setquerydata.md, in front of one server.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createMockServer } from 'tidemark/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as after from '../../../docs/examples/migrating-from-setquerydata/after.ts';
import * as before from '../../../docs/examples/migrating-from-setquerydata/before.ts';
import type { Project } from '../../../docs/examples/migrating-from-setquerydata/projects-api.ts';
import { stubWebSocket } from './mock-web-socket.ts';
import { shownBy } from './pages.ts';

const project = (id: number, version = 1, more: Partial<Project> = {}): Project => ({
  id,
  version,
  name: `project ${id}`,
  status: 'active',
  ...more,
});

let server = createMockServer();
let queryClient: QueryClient;
let disconnect: (() => void) | undefined;
/** Answers to lists that are made and wait. */
let held: Array<() => void>;
let holding: boolean;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  held = [];
  holding = false;
  server = createMockServer({
    dialect: 'plain',
    tables: { projects: [project(1), project(2)] },
  });
  stubWebSocket(server);
  vi.stubGlobal('fetch', async (path: string) => {
    const { pathname, search } = new URL(path, 'http://localhost');
    const id = pathname.split('/')[3];
    const rows = await server.read('projects', id ? `id=eq.${id}` : search.slice(1));
    if (holding && !id) await new Promise<void>((resume) => held.push(resume));
    return Response.json(id ? rows[0] : rows);
  });
  queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
});
afterEach(() => {
  cleanup();
  disconnect?.();
  queryClient.clear();
  vi.unstubAllGlobals();
});

async function open(program: typeof before | typeof after) {
  disconnect = program.connect(queryClient);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(
    () => ({ list: program.useActiveProjects(), row: program.useProject(1) }),
    { wrapper },
  );
  const page = {
    names: () => (result.current.list.data ?? []).map(({ name }) => name),
    row: () => result.current.row.data,
  };
  await expect.poll(() => server.connections).toBe(1);
  await expect.poll(page.names).toEqual(['project 1', 'project 2']);
  await expect.poll(page.row).toEqual(project(1));
  await expect.poll(() => queryClient.isFetching()).toBe(0);
  return page;
}

describe.each([
  ['by hand', before],
  ['with Tidemark', after],
])('%s', (_, program) => {
  it('a page shows what others write, in the list and in the row', async () => {
    const page = await open(program);
    server.insert('projects', project(3));
    server.patch('projects', { id: 1, version: 2, name: 'renamed' });
    await expect.poll(page.names).toEqual(['renamed', 'project 2', 'project 3']);
    expect(page.row()).toEqual(project(1, 2, { name: 'renamed' }));
    server.patch('projects', { id: 2, version: 2, status: 'completed' });
    server.delete('projects', { id: 3 });
    await expect.poll(page.names).toEqual(['renamed']);
  });

  it('a page shows what was written while it had no socket', async () => {
    const page = await open(program);
    server.faults.cut();
    server.patch('projects', { id: 1, version: 2, name: 'renamed meanwhile' });
    await expect.poll(page.names).toEqual(['renamed meanwhile', 'project 2']);
  });
});

describe('an answer that was made before an event, and arrives after it', () => {
  /** The list is asked for, a row is deleted and another renamed, and then the answer is there. */
  async function outrun(page: Awaited<ReturnType<typeof open>>) {
    holding = true;
    const reading = queryClient.refetchQueries({ queryKey: ['projects', 'list'] });
    await expect.poll(() => held.length).toBe(1);
    server.delete('projects', { id: 2 });
    server.patch('projects', { id: 1, version: 2, name: 'renamed' });
    await expect.poll(page.names).toEqual(['renamed']);
    holding = false;
    for (const resume of held) resume();
    await reading;
  }

  it('by hand undoes the event, until the list is read the next time', async () => {
    const page = await open(before);
    await outrun(page);
    await expect.poll(page.names).toEqual(['project 1', 'project 2']);
  });

  it('with Tidemark changes nothing', async () => {
    const page = await open(after);
    await outrun(page);
    expect(page.names()).toEqual(['renamed']);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(page.names()).toEqual(['renamed']);
  });
});

it('is less to write', () => {
  const [byHand, byUs] = ['before', 'after'].map(
    (name) =>
      shownBy(`docs/examples/migrating-from-setquerydata/${name}.ts`).trimEnd().split('\n').length,
  );
  expect(byUs).toBeLessThan(byHand as number);
});
