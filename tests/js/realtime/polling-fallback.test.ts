import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createPollingFallback,
  type PollingFallback,
  type TidemarkError,
} from '../../../js/index.ts';

describe('createPollingFallback with the real core', () => {
  let fallback: PollingFallback;
  const updates: unknown[][] = [];
  const errors: TidemarkError[] = [];
  let rows: unknown = [];

  function create() {
    updates.length = 0;
    errors.length = 0;
    fallback = createPollingFallback({
      interval: 10,
      adaptive: false,
      onUpdate: (...rest) => updates.push(rest),
      onError: (error) => errors.push(error),
    });
  }
  afterEach(() => fallback.dispose());
  const polled = async (fetcher: { mock: { calls: unknown[] } }, more = 2) => {
    const target = fetcher.mock.calls.length + more;
    await vi.waitFor(() => expect(fetcher.mock.calls.length).toBeGreaterThanOrEqual(target), 5000);
  };

  it.each([
    ['rows', async () => rows],
    ['JSON text', () => JSON.stringify(rows)],
    ['bytes', () => new TextEncoder().encode(JSON.stringify(rows))],
    ['a response', async () => new Response(JSON.stringify(rows))],
  ])('finds inserts, updates and deletes in %s', async (_, read) => {
    create();
    rows = [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ];
    const fetcher = vi.fn(read);
    fallback.startPolling('projects', fetcher);
    await polled(fetcher);
    updates.length = 0;
    rows = [
      { id: 2, name: 'B' },
      { id: 3, name: 'c' },
    ];
    await vi.waitFor(() => expect(updates).toHaveLength(3));
    await polled(fetcher);
    expect(updates).toHaveLength(3);
    expect(updates).toContainEqual(['projects', 'update', { id: 2, name: 'B' }]);
    expect(updates).toContainEqual(['projects', 'insert', { id: 3, name: 'c' }]);
    expect(updates).toContainEqual(['projects', 'delete', expect.objectContaining({ id: 1 })]);
    expect(errors).toEqual([]);
  });

  it('reads rows at a path and by another id', async () => {
    create();
    rows = { result: { items: [{ key: 'x', n: 1 }] } };
    const fetcher = vi.fn(() => rows);
    fallback.startPolling('things', fetcher, { path: 'result.items', idField: 'key' });
    await polled(fetcher);
    updates.length = 0;
    rows = { result: { items: [{ key: 'x', n: 2 }] } };
    await vi.waitFor(() => expect(updates).toEqual([['things', 'update', { key: 'x', n: 2 }]]));
  });

  it.each([
    ['fetch_failed', () => Promise.reject(new Error('down'))],
    ['fetch_failed', () => new Response('busy', { status: 503 })],
    ['bad_snapshot', () => undefined],
    ['bad_snapshot', () => [{ id: 1n }]],
    ['missing_id', () => [{ name: 'no id' }]],
  ])('reports %s and goes on', async (code, fail) => {
    create();
    rows = [{ id: 1 }];
    const fetcher = vi.fn((): unknown => rows);
    fallback.startPolling('projects', fetcher);
    await polled(fetcher);
    updates.length = 0;
    fetcher.mockImplementationOnce(fail);
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    expect(errors[0]?.code).toBe(code);
    expect(updates).toEqual([]);
    rows = [{ id: 1 }, { id: 2 }];
    await vi.waitFor(() => expect(updates).toEqual([['projects', 'insert', { id: 2 }]]));
  });

  it('lets a server answer that nothing changed', async () => {
    create();
    const asked: Array<string | undefined> = [];
    const answered: number[] = [];
    rows = [{ id: 1, name: 'a' }];
    const server = createServer(({ headers }, response) => {
      const body = JSON.stringify(rows);
      const etag = `"${createHash('sha1').update(body).digest('hex')}"`;
      asked.push(headers['if-none-match']);
      const status = headers['if-none-match'] === etag ? 304 : 200;
      answered.push(status);
      response.writeHead(status, { etag }).end(status === 304 ? undefined : body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const statuses: number[] = [];
    fallback.startPolling('projects', async ({ signal, headers, etag }) => {
      expect(headers).toEqual(etag === undefined ? {} : { 'if-none-match': etag });
      const response = await fetch(url, { signal, headers });
      statuses.push(response.status);
      return response;
    });
    await vi.waitFor(() => expect(answered.length).toBeGreaterThan(3), 5000);
    expect(answered.slice(0, 4)).toEqual([200, 304, 304, 304]);
    expect(asked[0]).toBeUndefined();
    updates.length = 0;
    rows = [{ id: 1, name: 'b' }];
    await vi.waitFor(
      () => expect(updates).toEqual([['projects', 'update', { id: 1, name: 'b' }]]),
      5000,
    );
    // An answer that is not taken is not what the next one may be the same as.
    const good = rows;
    rows = 'not rows';
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(1), 5000);
    expect(errors.every(({ code }) => code === 'not_a_list')).toBe(true);
    rows = good;
    const before = answered.length;
    await vi.waitFor(() => expect(answered.length).toBeGreaterThan(before + 1), 5000);
    expect(answered.slice(before)).not.toContain(200);
    expect(updates).toHaveLength(1);
    fallback.stopPolling();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('does not take a 304 that nobody asked for', async () => {
    create();
    const fetcher = vi.fn(() => new Response(null, { status: 304, headers: { etag: '"x"' } }));
    fallback.startPolling('projects', fetcher);
    await vi.waitFor(() => expect(errors).not.toEqual([]));
    expect(errors.every(({ code }) => code === 'fetch_failed')).toBe(true);
  });

  it.each(['stopPolling', 'dispose'] as const)('aborts the request at %s', async (end) => {
    create();
    let signal: AbortSignal | undefined;
    fallback.startPolling('projects', (request) => {
      signal = request.signal;
      return new Promise(() => {});
    });
    await vi.waitFor(() => expect(signal?.aborted).toBe(false));
    fallback[end]();
    expect(signal?.aborted).toBe(true);
  });

  it('never has two requests of one entity under way', async () => {
    create();
    let underWay = 0;
    let most = 0;
    const fetcher = vi.fn(async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 30));
      underWay--;
      return [];
    });
    fallback.startPolling('projects', fetcher);
    await polled(fetcher, 3);
    expect(most).toBe(1);
  });

  it('stops one entity, or all, and replaces', async () => {
    create();
    const first = vi.fn(() => []);
    const second = vi.fn(() => []);
    const other = vi.fn(() => []);
    fallback.startPolling('projects', first);
    fallback.startPolling('payments', other);
    await polled(first);
    fallback.startPolling('projects', second);
    await polled(second);
    const calls = first.mock.calls.length;
    fallback.stopPolling('projects');
    const stoppedAt = second.mock.calls.length;
    await polled(other, 3);
    expect(first.mock.calls).toHaveLength(calls);
    expect(second.mock.calls).toHaveLength(stoppedAt);
    fallback.stopPolling();
    const otherAt = other.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(other.mock.calls).toHaveLength(otherAt);
    expect(errors).toEqual([]);
  });

  it.each(['answer', 'failure'])('ignores an %s that comes after the stop', async (outcome) => {
    create();
    let settle = (): void => {};
    const fetcher = vi.fn(
      () =>
        new Promise((resolve, reject) => {
          settle = () => (outcome === 'answer' ? resolve([{ id: 1 }]) : reject(new Error('late')));
        }),
    );
    fallback.startPolling('projects', fetcher);
    await polled(fetcher, 1);
    fallback.stopPolling();
    settle();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(updates).toEqual([]);
    expect(errors).toEqual([]);
  });
});
