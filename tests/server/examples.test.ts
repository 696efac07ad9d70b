// The servers of docs/your-own-server.md, as they stand there.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { defineEntity } from '../../js/entities.ts';
import type { Dialect } from '../../js/index.ts';
import { watchList } from './watched-list.ts';

interface Task {
  id: string;
  title: string;
  version: number;
}

const docs = (path: string): string =>
  fileURLToPath(new URL(`../../docs/${path}`, import.meta.url));
const ends: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(example: string, port = 0): Promise<{ url: string; process: ChildProcess }> {
  const args = [docs(`examples/${example}.mjs`), String(port)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  ends.push(() => child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: String(line).trim(), process: child };
}

const tasks = defineEntity<Task>()({
  name: 'tasks',
  table: 'tasks',
  idField: 'id',
  versionField: 'version',
  queryKeys: { list: ['tasks', 'list'] },
});

function open(server: string, path: string, dialect?: Dialect) {
  const links = new Set<AbortController>();
  const list = watchList<Task>(
    {
      entity: 'tasks',
      read: async () => (await fetch(`${server}/tasks`)).json() as Promise<Task[]>,
    },
    {
      websocketUrl: `${server}${path}`,
      protocol: 'sse',
      server: true,
      dialect,
      entities: [tasks],
      // Streams that the test can break.
      fetch: (input, init) => {
        const link = new AbortController();
        links.add(link);
        init?.signal?.addEventListener('abort', () => link.abort());
        return fetch(input, { ...init, signal: link.signal });
      },
    },
  );
  ends.push(list.end);
  return {
    ...list,
    titles: () => list.rows().map(({ title }) => title),
    reconnects: () => list.stats()?.reconnects ?? 0,
    cut: () => {
      for (const each of links) each.abort();
    },
  };
}

async function write(server: string, method: string, path: string, body?: object): Promise<Task> {
  const response = await fetch(`${server}${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Task;
}

it.each([
  { example: 'plain-server', path: '/events', dialect: 'plain', readsAgain: true },
  { example: 'resume-server', path: '/realtime', dialect: undefined, readsAgain: false },
] as const)('$example keeps a list in step, whatever becomes of its links', async (each) => {
  const { url } = await start(each.example);
  const one = await write(url, 'POST', '/tasks', { title: 'one' });
  const page = open(url, each.path, each.dialect);
  await expect.poll(page.continuity).toBe('live');
  await write(url, 'PATCH', `/tasks/${one.id}`, { title: 'one, changed' });
  await write(url, 'POST', '/tasks', { title: 'two' });
  await expect.poll(page.titles).toEqual(['one, changed', 'two']);

  const reads = page.reads();
  page.cut();
  await write(url, 'POST', '/tasks', { title: 'while away' });
  await write(url, 'DELETE', `/tasks/${one.id}`);
  await expect.poll(page.titles).toEqual(['two', 'while away']);
  await expect.poll(page.continuity).toBe('live');
  expect(page.reconnects()).toBe(1);
  expect(page.reads() > reads).toBe(each.readsAgain);
  await write(url, 'POST', '/tasks', { title: 'live again' });
  await expect.poll(page.titles).toEqual(['two', 'while away', 'live again']);
});

it('resume-server is read again when it was restarted', async () => {
  const first = await start('resume-server');
  await write(first.url, 'POST', '/tasks', { title: 'forgotten' });
  const page = open(first.url, '/realtime');
  await expect.poll(page.titles).toEqual(['forgotten']);
  await expect.poll(page.continuity).toBe('live');
  first.process.kill();
  await once(first.process, 'exit');
  await start('resume-server', Number(new URL(first.url).port));
  await write(first.url, 'POST', '/tasks', { title: 'new' });
  await expect.poll(page.titles).toEqual(['new']);
  await expect.poll(page.continuity).toBe('live');
});

it('the plain one needs less than eighty lines', () => {
  const source = readFileSync(docs('examples/plain-server.mjs'), 'utf8');
  expect(source.split('\n').length).toBeLessThan(80);
});
