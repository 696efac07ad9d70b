import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ApiError,
  adminApi,
  configureApi,
  createRestApi,
  defineEntity,
  projectsApi,
} from '../../../js/entities.ts';

interface Task {
  id: number;
  title: string;
}

const tasks = defineEntity<Task>()({
  name: 'tasks',
  table: 'tasks',
  idField: 'id',
  queryKeys: { list: ['tasks', 'list'] },
});

describe('a client of a REST server', () => {
  let server: Server;
  let baseUrl: string;
  let answer: { status: number; body: unknown; headers?: Record<string, string> };
  const requests: Array<{
    method?: string | undefined;
    url?: string | undefined;
    headers: IncomingHttpHeaders;
    body: string;
  }> = [];

  beforeEach(async () => {
    requests.length = 0;
    answer = { status: 200, body: { data: [] } };
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method, url, headers } = request;
      requests.push({ method, url, headers, body: String(Buffer.concat(chunks)) });
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      response.writeHead(answer.status, answer.headers).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
  });
  afterEach(async () => {
    configureApi({ baseUrl: undefined, fetch: undefined, headers: undefined, paths: undefined });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('lists with filters, an order and a window', async () => {
    const api = createRestApi(tasks, { baseUrl });
    answer.body = { data: [{ id: 1, title: 'a' }], count: 7 };
    const window = { order: 'id.desc', limit: 1, offset: undefined };
    expect(await api.list({ title: ['a', 'b,c'], id: { gt: 0 } }, window)).toEqual(answer.body);
    const [path, search] = requests[0]?.url?.split('?') ?? [];
    expect(path).toBe('/v1/tasks');
    expect([...new URLSearchParams(search)]).toEqual([
      ['id', 'gt.0'],
      ['title', 'in.(a,"b,c")'],
      ['order', 'id.desc'],
      ['limit', '1'],
    ]);
  });

  it('takes rows and a row without an envelope as well', async () => {
    const api = createRestApi(tasks, { baseUrl });
    const row = { id: 1, title: 'a', data: { more: 1 } };
    answer.body = [row];
    expect(await api.list()).toEqual({ data: [row] });
    answer.body = row;
    expect(await api.get(1)).toEqual({ data: row });
    answer.body = { data: row };
    expect(await api.get(1)).toEqual({ data: row });
  });

  it('writes to a row’s address, with the edit’s id and the headers it is given', async () => {
    const headers = vi.fn(async () => ({ authorization: 'Bearer t' }));
    const api = createRestApi(tasks, { baseUrl, headers, paths: { tasks: 'my/tasks' } });
    answer.body = { data: { id: 1, title: 'a' } };
    await api.create({ title: 'a' }, { mutationId: 'm1' });
    await api.update(1, { title: 'b' });
    answer = { status: 204, body: '' };
    expect(await api.remove('a/b', { mutationId: 'm2' })).toBeNull();
    expect(requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/v1/my/tasks', '{"title":"a"}'],
      ['PATCH', '/v1/my/tasks/1', '{"title":"b"}'],
      ['DELETE', '/v1/my/tasks/a%2Fb', ''],
    ]);
    expect(requests.map((request) => request.headers['tidemark-mutation'])).toEqual([
      'm1',
      undefined,
      'm2',
    ]);
    expect(requests[1]?.headers).toMatchObject({
      authorization: 'Bearer t',
      'content-type': 'application/json',
    });
    expect(headers).toHaveBeenCalledTimes(3);
  });

  it.each<[string, number, unknown, string]>([
    ['an error', 404, { error: { code: 'not_found', message: 'no row' } }, '404: no row'],
    ['a text', 500, '<html>', '500'],
    ['no row', 200, { data: [] }, "with a row that has 'id'"],
    ['no JSON', 200, 'hello', "with a row that has 'id'"],
  ])('fails with status, entity and path when it is answered %s', async (_, status, body, end) => {
    answer = { status, body, headers: { 'retry-after': '2' } };
    const failure = await createRestApi(tasks, { baseUrl })
      .get(5)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({
      name: 'TidemarkError',
      code: 'fetch_failed',
      status,
      entity: 'tasks',
      path: '/v1/tasks/5',
      retryAfterMs: 2000,
    });
    const { message } = failure as ApiError;
    expect(message).toContain("GET /v1/tasks/5 (entity 'tasks') was");
    expect(message.endsWith(end)).toBe(true);
  });

  it('refuses an answer to a list that holds no rows', async () => {
    answer.body = { rows: [] };
    await expect(createRestApi(tasks, { baseUrl }).list()).rejects.toThrow(/answered with rows/);
  });

  it('can be cancelled, and leaves what fetch rejects with as it is', async () => {
    const controller = new AbortController();
    controller.abort(new Error('gone'));
    const api = createRestApi(tasks, { baseUrl });
    await expect(api.list({}, { signal: controller.signal })).rejects.toThrow('gone');
    const offline = new TypeError('Failed to fetch');
    const broken = createRestApi(tasks, { fetch: () => Promise.reject(offline) });
    await expect(broken.list()).rejects.toBe(offline);
  });

  it('rejects a filter that is none without a request', async () => {
    const api = createRestApi(tasks, { baseUrl });
    await expect(api.list({ id: { near: 5 } as object })).rejects.toMatchObject({
      code: 'bad_filter',
    });
    expect(requests).toEqual([]);
  });

  it('is ready-made for the seven entities, where configureApi says', async () => {
    configureApi({ baseUrl });
    const response = await projectsApi.list();
    expect(response.data).toEqual([]);
    expect(requests[0]?.url).toBe('/v1/projects');
    expect(() => configureApi({ baseUrl: 5 as never })).toThrow(/baseUrl must be a text/);
    expect(() => configureApi({ fetch: 'x' as never })).toThrow(/fetch must be a function/);
  });

  it('adds up the platform’s totals, or asks for them where a path is given', async () => {
    configureApi({ baseUrl });
    answer.body = { data: [], count: 3 };
    expect(await adminApi.stats()).toMatchObject({ projects: 3, pendingVetting: 3 });
    expect(requests.map(({ url }) => url)).toContain('/v1/vetting_queue?status=eq.pending&limit=1');
    answer.body = [];
    await expect(adminApi.stats()).rejects.toMatchObject({ code: 'no_count' });
    configureApi({ paths: { admin_stats: 'admin/stats' } });
    answer.body = { data: { projects: 1 } };
    expect(await adminApi.stats()).toEqual({ projects: 1 });
    expect(requests.at(-1)?.url).toBe('/v1/admin/stats');
  });
});
