import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { addProject, call } from './support.ts';

let server: DemoServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-static-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'core.wasm'), '');
  server = await createDemoServer({ staticDir: folder });
}, 60_000);
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('lists', () => {
  it('gives the seeded rows of every entity', async () => {
    const names = 'projects applications volunteers payments organizations admin_users';
    for (const name of [...names.split(' '), 'vetting_queue']) {
      const { status, json } = await call(server, 'GET', `/api/${name}`);
      expect([name, status]).toEqual([name, 200]);
      expect(json.count).toBeGreaterThan(0);
      expect(json.data).toHaveLength(json.count ?? 0);
    }
  });

  it('filters, orders and limits', async () => {
    const query = 'status=eq.active&volunteers_needed=gte.3&order=city.desc,id.desc&limit=4';
    const { json } = await call(server, 'GET', `/api/projects?${query}`);
    const rows = json.data as Array<Record<string, unknown>>;
    expect(rows).toHaveLength(4);
    expect(json.count).toBeGreaterThan(4);
    expect(rows.every((row) => row.status === 'active')).toBe(true);
    const cities = rows.map((row) => String(row.city));
    expect(cities).toEqual([...cities].sort().reverse());
  });

  it('gives a page, and no total that it does not know', async () => {
    const page = async (window: string) =>
      (await call(server, 'GET', `/api/projects?order=id.desc${window}`)).json;
    const all = await page('');
    const second = await page('&limit=3&offset=3');
    expect(second).toEqual({ data: (all.data as unknown[]).slice(3, 6), count: all.count });
    expect(await page('&offset=100000')).toEqual({ data: [] });
  });

  it('places nulls where it is told', async () => {
    const messages = async (order: string): Promise<unknown[]> => {
      const { json } = await call(server, 'GET', `/api/applications?order=${order}`);
      return (json.data as Array<Record<string, unknown>>).map(({ message }) => message);
    };
    expect((await messages('message.nullsfirst'))[0]).toBeNull();
    expect((await messages('message.asc')).at(-1)).toBeNull();
    expect((await messages('message.desc.nullslast')).at(-1)).toBeNull();
  });

  it.each([
    ['budget=gt.1000&budget=lt.5000.5', 3],
    ['id=in.(1,2,3)&city=not.is.null', 3],
    ['filter=id=lte.5,id=neq.2', 4],
    [`name=eq.${encodeURIComponent('صاف پانی 5')}`, 1],
    ['created_at=lt.2026-01-03', 1],
    ['id=not.in.(1,2)&id=lt.5', 2],
    ['id=lt.1.5e0', 1],
    ['or=(id.eq.1,and(id.gt.3,id.lt.6))&name=not.like.*,*', 3],
  ])('counts the rows of %s', async (query, count) => {
    expect((await call(server, 'GET', `/api/projects?${query}`)).json.count).toBe(count);
  });

  it.each([
    ['nope=eq.1', 'bad_filter'],
    ['status=1', 'bad_filter'],
    ['id=eq.x', 'bad_filter'],
    ['order=nope', 'bad_order'],
    ['order=id.nullsfirst.desc', 'bad_order'],
    ['order=id;drop table projects', 'bad_order'],
    ['limit=x', 'bad_limit'],
    ['offset=-1', 'bad_offset'],
  ])('refuses %s', async (query, code) => {
    const { status, json } = await call(server, 'GET', `/api/projects?${query}`);
    expect([status, json.error?.code]).toEqual([400, code]);
  });

  it('answers 304 until something changed', async () => {
    const first = await call(server, 'GET', '/api/projects');
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await call(server, 'GET', '/api/projects', undefined, headers)).status).toBe(304);
    await addProject(server);
    expect((await call(server, 'GET', '/api/projects', undefined, headers)).status).toBe(200);
  });
});

describe('rows', () => {
  it('creates, reads, changes and deletes', async () => {
    const row = await addProject(server, {
      name: 'Zoë',
      tags: ['a', 'b"c'],
      details: { nested: [1, null] },
    });
    expect(row).toMatchObject({ tags: ['a', 'b"c'], details: { nested: [1, null] } });
    const path = `/api/projects/${row.id}`;
    expect((await call(server, 'GET', path)).json.data).toEqual(row);
    const changed = await call(server, 'PATCH', path, { budget: 7 });
    expect(changed.json.data).toMatchObject({ budget: 7, name: 'Zoë' });
    expect(changed.json.data?.version).toBeGreaterThan(row.version as number);
    expect((await call(server, 'DELETE', path)).status).toBe(200);
    const gone = await call(server, 'GET', path);
    expect([gone.status, gone.json.error?.code]).toEqual([404, 'not_found']);
    expect((await call(server, 'DELETE', path)).status).toBe(404);
    expect((await call(server, 'PATCH', path, { budget: 7 })).status).toBe(404);
  });

  it('takes a write once, and answers its repetition alike', async () => {
    const id = (name: string) => ({ 'tidemark-mutation': `once-${name}` });
    const insert = (name: string) =>
      call(server, 'POST', '/api/projects', { name: 'Once' }, id(name));
    const [first, second] = await Promise.all([insert('a'), insert('a')]);
    expect(second?.json.data).toEqual(first?.json.data);
    const path = `/api/projects/${first?.json.data?.id}`;
    const other = await insert('b');
    expect(other.json.data?.id).not.toBe(first?.json.data?.id);

    const add = () => call(server, 'PATCH', path, { budget: 7 }, id('c'));
    const changed = await add();
    await call(server, 'PATCH', path, { budget: 8 });
    expect((await add()).json).toEqual(changed.json);
    expect((await call(server, 'GET', path)).json.data).toMatchObject({ budget: 8 });

    const remove = () => call(server, 'DELETE', path, undefined, id('d'));
    const removed = await remove();
    expect(removed.status).toBe(200);
    expect(await remove()).toMatchObject({ status: 200, json: removed.json });
  });

  it('fails the next write of one client when it is told to', async () => {
    const row = await addProject(server, { city: 'Lahore' });
    const path = `/api/projects/${row.id}`;
    const mine = { 'demo-client': 'mine' };
    const order = { client: 'mine', saves: { fail: 1 } };
    expect((await call(server, 'POST', '/demo/faults', order)).status).toBe(200);
    expect((await call(server, 'GET', path, undefined, mine)).status).toBe(200);
    expect((await call(server, 'PATCH', path, { budget: 1 })).status).toBe(200);
    const failed = await call(server, 'PATCH', path, { city: 'Nowhere' }, mine);
    expect([failed.status, failed.headers.get('demo-fault')]).toEqual([503, 'save']);
    const stands = await call(server, 'GET', path);
    expect(stands.json.data).toMatchObject({ city: 'Lahore', budget: 1 });
    expect((await call(server, 'PATCH', path, { city: 'Multan' }, mine)).status).toBe(200);
  });

  it('takes the id that a client chose', async () => {
    const id = '6f9619ff-8b86-4011-b42d-00c04fc964ff';
    const created = await call(server, 'POST', '/api/volunteers', { id, name: 'Own id' });
    expect(created.json.data).toMatchObject({ id, available: true });
    const twice = await call(server, 'POST', '/api/volunteers', { id, name: 'Own id' });
    expect([twice.status, twice.json.error?.code]).toEqual([409, 'conflict']);
    const list = await call(server, 'GET', `/api/volunteers?id=eq.${id}&available=is.true`);
    expect(list.json.count).toBe(1);
  });

  it.each([
    ['POST', '/api/projects', '{', 400, 'bad_json'],
    ['POST', '/api/projects', '[]', 400, 'bad_json'],
    ['POST', '/api/projects', { nope: 1 }, 400, 'bad_column'],
    ['POST', '/api/projects', '{"__proto__":1}', 400, 'bad_column'],
    ['POST', '/api/projects', { name: 'x', version: 1 }, 400, 'bad_column'],
    ['POST', '/api/projects', {}, 400, 'bad_value'],
    ['POST', '/api/projects', { name: 'x', status: 'odd' }, 400, 'bad_value'],
    ['POST', '/api/projects', { name: 'x', budget: 'much' }, 400, 'bad_value'],
    ['POST', '/api/projects', { name: 'nul \0' }, 400, 'bad_value'],
    ['PATCH', '/api/projects/1', { id: 2 }, 400, 'bad_column'],
    ['PATCH', '/api/projects/1', {}, 400, 'bad_column'],
    ['PATCH', '/api/projects/one', { name: 'x' }, 400, 'bad_id'],
    ['PUT', '/api/projects/1', {}, 405, 'method_not_allowed'],
    ['DELETE', '/api/projects', undefined, 405, 'method_not_allowed'],
    ['GET', '/api/nothing', undefined, 404, 'unknown_entity'],
    ['GET', '/api/projects/99999999999999999999', undefined, 400, 'bad_value'],
    ['POST', '/api/projects', { name: 'x'.repeat(257 * 1024) }, 413, 'too_large'],
  ])('%s %s refuses what it should', async (method, path, body, status, code) => {
    const answer = await call(server, method, path, body);
    expect([answer.status, answer.json.error?.code]).toEqual([status, code]);
  });

  it('refuses writes of foreign pages and odd mutation ids', async () => {
    const write = (headers: Record<string, string>) =>
      call(server, 'POST', '/api/projects', { name: 'x' }, headers);
    expect((await write({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await write({ 'tidemark-mutation': 'm'.repeat(129) })).status).toBe(400);
  });
});

describe('the rest of the server', () => {
  it('runs SQL for programs, not for pages', async () => {
    const sql = 'select 1 as one; select 2 as two';
    const done = await call(server, 'POST', '/demo/sql', { sql });
    expect(done.json.data).toEqual([{ two: 2 }]);
    const origin = `http://127.0.0.1:${server.port}`;
    expect((await call(server, 'POST', '/demo/sql', { sql }, { origin })).status).toBe(403);
    const bad = await call(server, 'POST', '/demo/sql', { sql: 'begin; select 1/0' });
    expect([bad.status, bad.json.error?.code]).toEqual([400, 'bad_sql']);
    await addProject(server);
  });

  it('serves the page under a strict policy, and nothing outside of it', async () => {
    const page = await call(server, 'GET', '/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self' 'wasm");
    const wasm = await call(server, 'GET', '/core.wasm');
    expect(wasm.headers.get('content-type')).toBe('application/wasm');
    const raw = (path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: '127.0.0.1', port: server.port, path })
          .on('response', (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    expect(await raw('/../../../../etc/host.conf')).toBe(404);
    expect(await raw('/%2e%2e/%2e%2e/%2e%2e/etc/host.conf')).toBe(404);
    expect(await raw('/%00.js')).toBe(400);
    expect(await raw('/%ff.js')).toBe(400);
  });
});
