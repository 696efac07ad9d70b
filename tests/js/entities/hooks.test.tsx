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
  type PlatformStats,
  type Project,
  projectsApi,
  useAdminUsers,
  useApplications,
  useCreateProject,
  useDeleteProject,
  useOrganizations,
  usePayments,
  usePlatformStats,
  useProject,
  useProjects,
  useUpdateProject,
  useVettingQueue,
  useVolunteer,
  useVolunteers,
} from '../../../js/entities.ts';
import {
  createPollingFallback,
  createRealtimeIntegration,
  type RealtimeIntegration,
  type TidemarkError,
} from '../../../js/index.ts';
import { useRealtimeQuery } from '../../../js/react.ts';
import { DemoProcess } from '../support/demo-process.ts';

const volunteerId = '00000000-0000-4000-8000-000000000001';
const PATIENCE = { timeout: 10_000 };

// A real Postgres starts, and each change goes through it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describe('the hooks of the seven entities, on a real database', () => {
  let server: DemoProcess;
  let queryClient: QueryClient;
  let integration: RealtimeIntegration;
  const errors: TidemarkError[] = [];
  const addresses: string[] = [];

  beforeAll(async () => {
    server = await DemoProcess.start();
  });
  afterAll(() => server.stop());

  beforeEach(() => {
    errors.length = addresses.length = 0;
    queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    configureApi({
      baseUrl: `${server.origin}/api`,
      fetch: (...call) => {
        addresses.push(decodeURIComponent(String(call[0])).split('/api/')[1] as string);
        return fetch(...call);
      },
    });
    integration = createRealtimeIntegration(queryClient, {
      websocketUrl: server.realtimeUrl,
      WebSocket,
      derivedInterval: 50,
      onError: (error) => errors.push(error),
    });
    integration.start();
  });
  afterEach(() => {
    cleanup();
    integration.dispose();
    queryClient.clear();
    configureApi({ baseUrl: undefined, fetch: undefined });
    expect(errors).toEqual([]);
  });

  function wrapper({ children }: { children: ReactNode }) {
    return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
  }
  const render = <T,>(hook: () => T) => renderHook(hook, { wrapper }).result;

  const sql = (text: string) => server.sql(text);

  async function live(...keys: unknown[][]) {
    for (const key of keys) {
      const hash = queryClient.defaultQueryOptions({ queryKey: key }).queryHash;
      await vi.waitFor(() => expect(integration.realtime(hash).continuity).toBe('live'), PATIENCE);
    }
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0), PATIENCE);
  }

  it('show lists as the seed writes them, and keep them in step', async () => {
    const lists = render(() => ({
      projects: useProjects({ status: ['active'] }),
      applications: useApplications({ project_id: 5 }),
      volunteers: useVolunteers({ city: 'Lahore' }),
      payments: usePayments(1, { status: 'pending' }),
      organizations: useOrganizations({ verification_status: ['verified'] }),
      users: useAdminUsers(),
      queue: useVettingQueue({ status: 'pending' }),
    }));
    await live(
      ['projects', 'list', { status: ['active'] }],
      ['applications', 'list', { project_id: 5 }],
      ['volunteers', 'list', { city: 'Lahore' }],
      ['payments', 'list', { corporate_id: 1, status: 'pending' }],
      ['organizations', 'list', { verification_status: ['verified'] }],
      ['admin', 'users', 'list'],
      ['admin', 'vetting', 'list', { status: 'pending' }],
    );
    expect([...new Set(addresses)].sort()).toEqual([
      'admin_users?order=id.asc',
      'applications?project_id=eq.5&order=id.asc',
      'organizations?verification_status=in.(verified)&order=id.asc',
      'payments?corporate_id=eq.1&status=eq.pending&order=id.asc',
      'projects?status=in.(active)&order=id.asc',
      'vetting_queue?status=eq.pending&order=priority.desc,id.asc',
      'volunteers?city=eq.Lahore&order=id.asc',
    ]);
    const count = () =>
      Object.fromEntries(
        Object.entries(lists.current).map(([name, { data }]) => [name, data?.length]),
      );
    const before = count() as Record<string, number>;
    for (const rows of Object.values(before)) expect(rows).toBeGreaterThan(0);
    const requests = addresses.length;

    await sql(`insert into projects (name, status) values ('new', 'active'), ('other', 'draft')`);
    await sql(`insert into volunteer_applications (project_id, volunteer_id)
      values (5, '${volunteerId}'), (6, '${volunteerId}')`);
    await sql(`insert into volunteers (name, city) values ('new', 'Lahore'), ('new', 'Quetta')`);
    await sql(`insert into payment_approvals (corporate_id, project_id, amount)
      values (1, 1, 10), (2, 1, 10)`);
    await sql(
      `insert into ngos (name, verification_status) values ('new', 'verified'), ('n', 'pending')`,
    );
    await sql(`insert into users (name, email) values ('new', 'new@example.com')`);
    await sql(`insert into vetting_queue (subject, priority) values ('urgent', 1000)`);
    const after = Object.fromEntries(Object.entries(before).map(([name, n]) => [name, n + 1]));
    await vi.waitFor(() => expect(count()).toEqual(after), PATIENCE);
    expect(lists.current.queue.data?.[0]?.subject).toBe('urgent');
    expect(addresses).toHaveLength(requests);

    const id = lists.current.projects.data?.[0]?.id;
    await sql(`update projects set status = 'completed' where id = ${id}`);
    await vi.waitFor(() => expect(count().projects).toBe(before.projects), PATIENCE);
    expectTypeOf(lists.current.projects.data).toEqualTypeOf<Project[] | undefined>();
  });

  it('show one page, and what comes into it', async () => {
    const newest = { order: 'id.desc', limit: 3 };
    const pages = render(() => ({
      first: useProjects({}, newest),
      second: useProjects({}, { ...newest, offset: 3 }),
      all: useProjects({}, { order: 'id.desc' }),
    }));
    const key = (window: object) => ['projects', 'list', {}, window];
    await live(key(newest), key({ ...newest, offset: 3 }), key({ order: 'id.desc' }));
    const ids = (rows: Project[] = []) => rows.map(({ id }) => id);
    const expectPages = () =>
      vi.waitFor(() => {
        const all = ids(pages.current.all.data);
        expect(ids(pages.current.first.data)).toEqual(all.slice(0, 3));
        expect(ids(pages.current.second.data)).toEqual(all.slice(3, 6));
      }, PATIENCE);
    await expectPages();
    const last = pages.current.all.data?.[0]?.id as number;
    await sql(`insert into projects (name, status) values ('on top', 'draft')`);
    await vi.waitFor(() => expect(pages.current.all.data?.[0]?.id).toBeGreaterThan(last), PATIENCE);
    await expectPages();
    await sql(`delete from projects where id > ${last}`);
    await vi.waitFor(() => expect(pages.current.all.data?.[0]?.id).toBe(last), PATIENCE);
    await expectPages();
  });

  it('show a row, and patch it in place', async () => {
    const rows = render(() => ({
      project: useProject(3),
      city: useProject(3, { select: ({ city }) => city }),
      volunteer: useVolunteer(volunteerId),
      unknown: useProject(undefined),
    }));
    await live(['projects', 'detail', 3], ['volunteers', 'detail', volunteerId]);
    const requests = addresses.length;
    await sql(`update projects set city = 'Multan' where id = 3`);
    await sql(`update volunteers set hours = 77 where id = '${volunteerId}'`);
    await vi.waitFor(() => expect(rows.current.city.data).toBe('Multan'), PATIENCE);
    await vi.waitFor(() => expect(rows.current.volunteer.data?.hours).toBe(77), PATIENCE);
    expect(rows.current.project.data?.city).toBe('Multan');
    expect(rows.current.unknown).toMatchObject({ status: 'pending', fetchStatus: 'idle' });
    expect(addresses).toHaveLength(requests);
    expectTypeOf(rows.current.city.data).toEqualTypeOf<string | undefined>();
  });

  it('share the cache with the seed’s own query', async () => {
    const both = render(() => ({
      seed: useRealtimeQuery({
        queryKey: ['projects', 'list'],
        queryFn: () => projectsApi.list(),
        realtimeEntity: 'projects',
        realtimeOrder: 'id.asc',
        enableRealtime: true,
      }),
      hook: useProjects(),
    }));
    await live(['projects', 'list']);
    expect(both.current.hook.data).toBe(both.current.seed.data?.data);
  });

  it('show the object that the list shows, changed or not (I6)', async () => {
    const both = render(() => ({ list: useProjects(), row: useProject(4) }));
    await live(['projects', 'list'], ['projects', 'detail', 4]);
    await sql(`update projects set city = 'Sukkur' where id = 4`);
    await vi.waitFor(() => expect(both.current.row.data?.city).toBe('Sukkur'), PATIENCE);
    await vi.waitFor(() => {
      expect(both.current.list.data?.find(({ id }) => id === 4)).toBe(both.current.row.data);
    }, PATIENCE);
  });

  it('move the totals', async () => {
    const stats = render(() => usePlatformStats());
    await vi.waitFor(() => expect(stats.current.data).toBeDefined(), PATIENCE);
    await vi.waitFor(() => expect(integration.status).toBe('connected'), PATIENCE);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0), PATIENCE);
    const before = stats.current.data as PlatformStats;
    expect(before.activeProjects).toBeGreaterThan(0);
    await sql(`insert into projects (name, status) values ('counted', 'active')`);
    await vi.waitFor(() => {
      expect(stats.current.data).toEqual({
        ...before,
        projects: before.projects + 1,
        activeProjects: before.activeProjects + 1,
      });
    }, PATIENCE);
  });

  it('write what the user edits, shown at once', async () => {
    const page = render(() => ({
      list: useProjects({ city: 'Hunza' }),
      create: useCreateProject(),
      update: useUpdateProject(),
      remove: useDeleteProject(),
    }));
    await live(['projects', 'list', { city: 'Hunza' }]);
    const { create, update, remove } = page.current;
    const created = await act(() => create.mutateAsync({ name: 'Bridge', city: 'Hunza' }));
    const { id } = created.data;
    expect(id).toBeTypeOf('number');
    await vi.waitFor(() => expect(page.current.list.data?.map((row) => row.id)).toEqual([id]));
    act(() => update.mutate({ id, budget: 5000 }));
    await vi.waitFor(() => expect(page.current.list.data?.[0]?.budget).toBe(5000));
    await vi.waitFor(async () => expect((await projectsApi.get(id)).data.budget).toBe(5000));
    await act(() => remove.mutateAsync(id));
    await vi.waitFor(() => expect(page.current.list.data).toEqual([]));
    await expect(projectsApi.get(id)).rejects.toMatchObject({ status: 404, entity: 'projects' });
  });

  it('write without an integration too', async () => {
    integration.dispose();
    const edits = render(() => ({
      create: useCreateProject(),
      update: useUpdateProject(),
      remove: useDeleteProject(),
    }));
    const { create, update, remove } = edits.current;
    const { data } = await act(() => create.mutateAsync({ name: 'Plain' }));
    const changed = await act(() => update.mutateAsync({ id: data.id, name: 'Plainer' }));
    expect(changed.data.name).toBe('Plainer');
    await act(() => remove.mutateAsync(data.id));
    await expect(projectsApi.get(data.id)).rejects.toMatchObject({ status: 404 });
  });

  it('open nothing when realtime is off', async () => {
    const off = render(() => ({
      list: useProjects({}, {}, false),
      row: useProject(1, {}, false),
      stats: usePlatformStats({}, false),
    }));
    await vi.waitFor(() => expect(off.current.list.data?.length).toBeGreaterThan(0), PATIENCE);
    await vi.waitFor(() => expect(off.current.stats.data).toBeDefined(), PATIENCE);
    expect(integration.stats()?.subscriptions ?? 0).toBe(0);
    expect(integration.stats()?.views ?? 0).toBe(0);
  });

  it('ask for no payments before the company is known', async () => {
    const payments = render(() => usePayments(undefined));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(payments.current.fetchStatus).toBe('idle');
    expect(addresses).toEqual([]);
  });

  it('say at the call that a filter is none', () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(() => render(() => useProjects({ budget: { above: 1 } as object }))).toThrow(
      /'budget' has no operator 'above'; known are eq, neq/,
    );
    quiet.mockRestore();
  });

  it('poll as the seed does', async () => {
    const updates: unknown[] = [];
    const fallback = createPollingFallback({
      interval: 20,
      adaptive: false,
      onUpdate: (entity, action, data) => updates.push([entity, action, (data as Project).name]),
    });
    fallback.startPolling('projects', async () => {
      const response = await projectsApi.list();
      return response.data;
    });
    await vi.waitFor(() => expect(addresses.length).toBeGreaterThan(1), PATIENCE);
    await sql(`insert into projects (name) values ('polled')`);
    await vi.waitFor(
      () => expect(updates).toContainEqual(['projects', 'insert', 'polled']),
      PATIENCE,
    );
    fallback.dispose();
  });
});
