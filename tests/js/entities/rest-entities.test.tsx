// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  expectTypeOf,
  it,
  vi,
} from 'vitest';
import { WebSocket } from 'ws';
import {
  configureApi,
  createRestApi,
  defaultEntities,
  defineEntity,
  projectsApi,
  restEntities,
  useCreateProject,
  useDeleteProject,
  useProjects,
  useUpdateProject,
  withRest,
} from '../../../js/entities.ts';
import {
  createRealtimeIntegration,
  type RealtimeIntegration,
  type Submission,
  type TidemarkError,
} from '../../../js/index.ts';
import type { StoredEdit } from '../../../js/realtime/edit-store.ts';
import { DemoProcess } from '../support/demo-process.ts';

const PATIENCE = { timeout: 10_000 };
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** What outlives a page. Node has no IndexedDB; tests/e2e/kept-edits.spec.ts has the browser's. */
const disk = vi.hoisted(() => new Map<string, StoredEdit>());
vi.mock('../../../js/realtime/edit-store.ts', () => ({
  EditStore: class {
    #left = [...disk.values()];
    put(edit: StoredEdit) {
      disk.set(edit.key, edit);
    }
    delete(key: string) {
      disk.delete(key);
    }
    async adopt(accepts: (entity: string) => boolean) {
      return this.#left.splice(0).filter(({ entity }) => accepts(entity));
    }
    close() {}
  },
}));

interface Sent {
  method: string;
  path: string;
  mutation: string | null;
  body: unknown;
}

/** What is sent through a `fetch`, which answers with the row, or fails on its way. */
function recorded(sent: Sent[], answer: typeof fetch): typeof fetch {
  return (input, init) => {
    const { method = 'GET', headers, body } = init ?? {};
    const { pathname } = new URL(String(input));
    const mutation = new Headers(headers).get('tidemark-mutation');
    if (method !== 'GET') {
      sent.push({ method, path: pathname, mutation, body: body ? JSON.parse(String(body)) : null });
    }
    return answer(input, init);
  };
}

describe('edits of a page that is gone', () => {
  let server: DemoProcess;
  let queryClient: QueryClient;
  let integration: RealtimeIntegration;
  let sent: Sent[];
  const errors: TidemarkError[] = [];

  beforeAll(async () => {
    server = await DemoProcess.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    disk.clear();
    errors.length = 0;
  });
  afterEach(() => {
    leave();
    configureApi({ baseUrl: undefined, fetch: undefined });
    expect(errors).toEqual([]);
  });

  /** A page; without a network its writes fail on their way. */
  function open({ network }: { network: boolean }) {
    sent = [];
    const cut: typeof fetch = (input, init) =>
      init?.method === 'GET' ? fetch(input, init) : Promise.reject(new TypeError('fetch failed'));
    configureApi({
      baseUrl: `${server.origin}/api`,
      fetch: recorded(sent, network ? fetch : cut),
    });
    queryClient = new QueryClient();
    integration = createRealtimeIntegration(queryClient, {
      websocketUrl: server.realtimeUrl,
      WebSocket,
      entities: restEntities,
      persistEdits: true,
      onError: (error) => errors.push(error),
    });
    integration.start();
    const { result } = renderHook(
      () => ({
        list: useProjects({ city: 'Hunza' }),
        create: useCreateProject(),
        update: useUpdateProject(),
        remove: useDeleteProject(),
      }),
      { wrapper },
    );
    return result;
  }

  function wrapper({ children }: { children: ReactNode }) {
    return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
  }

  function leave() {
    cleanup();
    integration.dispose();
    queryClient.clear();
  }

  it('reach the server as those of its hooks do', async () => {
    configureApi({ baseUrl: `${server.origin}/api` });
    const create = async (name: string) =>
      (await projectsApi.create({ name, city: 'Hunza' })).data.id;
    const kept = await create('kept');
    const gone = await create('gone');
    const first = open({ network: false });
    const names = () => first.current.list.data?.map(({ name }) => name);
    await vi.waitFor(() => expect(names()).toEqual(['kept', 'gone']), PATIENCE);
    act(() => {
      first.current.update.mutate({ id: kept, name: 'renamed' });
      first.current.remove.mutate(gone);
      first.current.create.mutate({ name: 'new', city: 'Hunza' });
    });
    await vi.waitFor(() => expect(names()).toEqual(['renamed', 'new']), PATIENCE);
    await vi.waitFor(() => expect(disk.size).toBe(3), PATIENCE);
    const ids = [...disk.keys()];
    leave();

    const next = open({ network: true });
    await vi.waitFor(() => expect(disk.size).toBe(0), PATIENCE);
    expect(sent).toEqual([
      {
        method: 'PATCH',
        path: `/api/projects/${kept}`,
        mutation: ids[0],
        body: { name: 'renamed' },
      },
      { method: 'DELETE', path: `/api/projects/${gone}`, mutation: ids[1], body: null },
      {
        method: 'POST',
        path: '/api/projects',
        mutation: ids[2],
        body: { name: 'new', city: 'Hunza' },
      },
    ]);
    const { data: stored } = await projectsApi.list({ city: 'Hunza' }, { order: 'id.asc' });
    expect(stored.map(({ name }) => name)).toEqual(['renamed', 'new']);
    await vi.waitFor(() => expect(next.current.list.data).toEqual(stored), PATIENCE);
  });
});

describe('withRest', () => {
  const tasks = defineEntity<{ key: string; title: string }>()({
    name: 'tasks',
    table: 'tasks',
    idField: 'key',
    queryKeys: { list: ['tasks', 'list'] },
  });
  const row = { key: 'k1', title: 'Write' };
  let sent: Sent[];
  const answering = () =>
    createRestApi(tasks, {
      baseUrl: 'http://tasks.test/v2',
      fetch: recorded(sent, async () => Response.json({ data: row })),
    });
  const submission = (change: Partial<Submission>): Submission => ({
    mutationId: 'm1',
    id: 'k1',
    data: null,
    ...change,
  });
  beforeEach(() => {
    sent = [];
  });

  it.each<[string, 'insert' | 'update' | 'delete', Partial<Submission>, Partial<Sent>]>([
    [
      'a row without the temporary id that it has here',
      'insert',
      { id: 'temp-m1', data: { key: 'temp-m1', title: 'Write' } },
      { method: 'POST', path: '/v2/tasks', body: { title: 'Write' } },
    ],
    [
      'a row with the id that it was given',
      'insert',
      { id: 'k1', data: row },
      { method: 'POST', path: '/v2/tasks', body: row },
    ],
    [
      'what changed, with the id in the address',
      'update',
      { data: { key: 'k1', title: 'Read' } },
      { method: 'PATCH', path: '/v2/tasks/k1', body: { title: 'Read' } },
    ],
    ['a delete', 'delete', {}, { method: 'DELETE', path: '/v2/tasks/k1', body: null }],
  ])('sends %s', async (_, action, change, request) => {
    await withRest(tasks, answering()).send(action, submission(change));
    expect(sent).toEqual([{ mutation: 'm1', ...request }]);
  });

  it('asks for the row when nothing is left of an update', async () => {
    const given = withRest(tasks, answering());
    expect(await given.send('update', submission({ data: { key: 'k1' } }))).toEqual({ data: row });
    expect(sent).toEqual([]);
  });

  it('leaves the definition as it was, and its types', () => {
    const given = withRest(tasks);
    expect(given).toEqual({ ...tasks, send: expect.any(Function) });
    expect(tasks).not.toHaveProperty('send');
    expectTypeOf(given.name).toEqualTypeOf<'tasks'>();
    expectTypeOf(withRest).parameter(0).toExtend<{ name: string }>();
    const { send: _, ...plain } = restEntities[0] ?? { send: undefined };
    expect(plain).toEqual(defaultEntities[0]);
  });
});
