import { describe, expect, it, vi } from 'vitest';
import { Links } from '../../../js/realtime/transports/links.ts';
import type { TransportOptions } from '../../../js/realtime/transports/transport.ts';
import { fakeEventSource } from '../support/fake-links.ts';

const url = new URL('wss://host/realtime');
const type = { 'content-type': 'text/event-stream; charset=utf-8' };

function setUp(fetch: typeof globalThis.fetch, options: Partial<TransportOptions> = {}) {
  const heard: unknown[][] = [];
  const links = new Links(
    { url, fetch, ...options },
    {
      opened: (...rest) => heard.push(['opened', ...rest]),
      closed: (...rest) => heard.push(['closed', ...rest]),
      frame: (...rest) => heard.push(['frame', ...rest]),
      stream: (link, bytes) => heard.push(['stream', link, new TextDecoder().decode(bytes)]),
    },
  );
  return { links, heard };
}

const answering = (response: Response) => vi.fn<typeof fetch>(async () => response);

describe('an event stream read with fetch', () => {
  it('carries the bytes as they come, and ends when the server ends it', async () => {
    let server: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        server = controller;
      },
    });
    const fetch = answering(new Response(body, { headers: type }));
    const { links, heard } = setUp(fetch, { credentials: 'include' });
    links.token = 'secret';
    links.open(3, 'sse', 'subscribe=%5B1%5D');
    await vi.waitFor(() => expect(heard).toEqual([['opened', 3, '']]));
    const [address, init] = fetch.mock.calls[0] as [string, RequestInit];
    expect(address).toBe('https://host/realtime/sse?subscribe=%5B1%5D');
    expect(init).toMatchObject({
      cache: 'no-store',
      credentials: 'include',
      headers: { accept: 'text/event-stream', authorization: 'Bearer secret' },
    });
    for (const piece of ['data: {', '}\n\n']) server?.enqueue(new TextEncoder().encode(piece));
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    server?.close();
    await vi.waitFor(() => expect(heard).toHaveLength(4));
    expect(heard.slice(1)).toEqual([
      ['stream', 3, 'data: {'],
      ['stream', 3, '}\n\n'],
      ['closed', 3, 1006, 0],
    ]);
  });

  it.each<[string, () => Response, unknown[]]>([
    ['nothing more to come', () => new Response(null, { status: 204 }), [204, 0]],
    ['a refusal', () => new Response('no', { status: 401 }), [401, 0]],
    [
      'seconds of patience',
      () => new Response('', { status: 429, headers: { 'retry-after': '7' } }),
      [429, 7000],
    ],
    [
      'a time to come back',
      () =>
        new Response('', {
          status: 503,
          headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() },
        }),
      [503, expect.closeTo(60_000, -4)],
    ],
    [
      'a page instead of a stream',
      () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      [4002, 0],
    ],
    ['no type at all', () => new Response(new Uint8Array([1])), [4002, 0]],
  ])('tells of %s', async (_, response, told) => {
    const { links, heard } = setUp(answering(response()));
    links.open(1, 'sse', '');
    await vi.waitFor(() => expect(heard).toEqual([['closed', 1, ...told]]));
  });

  it('takes a failed request for a lost link', async () => {
    const { links, heard } = setUp(() => Promise.reject(new TypeError('network')));
    links.open(1, 'sse', '');
    await vi.waitFor(() => expect(heard).toEqual([['closed', 1, 1006, 0]]));
  });

  it('aborts when it is closed, and says nothing more', async () => {
    let signal: AbortSignal | null | undefined;
    const fetch = (_: unknown, init?: RequestInit) => {
      signal = init?.signal;
      return new Promise<Response>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal?.reason));
      });
    };
    const { links, heard } = setUp(fetch);
    links.open(1, 'sse', '');
    links.close(1, 1000);
    expect(signal?.aborted).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(heard).toEqual([]);
  });

  it('leaves the stream to an EventSource that is given, with no token in its URL', () => {
    const EventSource = fakeEventSource();
    const fetch = answering(new Response(null));
    const { links } = setUp(fetch, { EventSource });
    links.token = 'secret';
    links.open(1, 'sse', '');
    expect(fetch).not.toHaveBeenCalled();
    expect(EventSource.made[0]?.url).toBe('https://host/realtime/sse');
  });

  it('puts the token into URLs when that is asked for', () => {
    const EventSource = fakeEventSource();
    const { links } = setUp(answering(new Response(null)), { EventSource, tokenInUrl: 'access' });
    links.token = 's&t';
    links.open(1, 'sse', '');
    expect(EventSource.made[0]?.url).toBe('https://host/realtime/sse?access=s%26t');
  });
});
