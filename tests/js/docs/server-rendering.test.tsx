// @vitest-environment jsdom
// The programs of docs/server-rendering.md: rendered where there is no window, taken over where
// there is one.
import { configureApi } from 'tidemark/entities';
import { createMockServer } from 'tidemark/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { takeOver } from '../../../docs/examples/server-rendering/browser.tsx';
import { renderPage } from '../../../docs/examples/server-rendering/server.tsx';
import { stubWebSocket } from './mock-web-socket.ts';

const harbour = { id: 1, version: 1, name: 'Harbour' };
const asked: Array<[string, string | null]> = [];
let server = createMockServer();

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  asked.length = 0;
  server = createMockServer({ tables: { projects: [harbour] } });
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    asked.push([path, new Headers(init?.headers).get('cookie')]);
    return Response.json(await server.read('projects'));
  });
  stubWebSocket(server);
  configureApi({ baseUrl: '/api' });
});
afterEach(() => vi.unstubAllGlobals());

async function rendered() {
  vi.stubGlobal('window', undefined);
  try {
    return await renderPage('http://rows.internal', { cookie: 'session=sara' });
  } finally {
    vi.stubGlobal('window', document.defaultView);
  }
}

it('a server renders the rows, with the user’s cookie, and opens no link', async () => {
  const { html } = await rendered();
  expect(html).toBe('<ul data-status="disconnected"><li>Harbour</li></ul>');
  expect(asked).toEqual([['http://rows.internal/projects?order=id.asc', 'session=sara']]);
  // One connection, of the request itself.
  expect(server.opened).toBe(1);
  expect(server.connections).toBe(0);
});

it('the browser takes over what was rendered, and follows', async () => {
  const { html, state } = await rendered();
  const complaints = vi.spyOn(console, 'error');
  const page = document.body.appendChild(document.createElement('div'));
  page.innerHTML = html;
  const item = page.querySelector('li');
  const root = takeOver(page, JSON.parse(JSON.stringify(state)));
  await expect.poll(() => page.querySelector('ul')?.dataset.status).toBe('connected');
  server.patch('projects', { id: 1, version: 2, name: 'New harbour' });
  await expect.poll(() => page.textContent).toBe('New harbour');
  expect(page.querySelector('li')).toBe(item);
  expect(complaints.mock.calls).toEqual([]);
  root.unmount();
  complaints.mockRestore();
});
