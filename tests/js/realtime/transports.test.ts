import { describe, expect, it } from 'vitest';
import { Links } from '../../../js/realtime/transports/links.ts';
import { streamUrl, type TransportOptions } from '../../../js/realtime/transports/transport.ts';
import { fakeEventSource, fakeWebSocket } from '../support/fake-links.ts';

function setUp(url = 'ws://host:3000/realtime?tenant=7') {
  const WebSocket = fakeWebSocket();
  const EventSource = fakeEventSource();
  const heard: unknown[][] = [];
  const links = new Links(
    { url: new URL(url), WebSocket, EventSource },
    {
      opened: (...rest) => heard.push(['opened', ...rest]),
      closed: (...rest) => heard.push(['closed', ...rest]),
      frame: (...rest) => heard.push(['frame', ...rest]),
      stream: (...rest) => heard.push(['stream', ...rest]),
    },
  );
  return { links, heard, sockets: WebSocket.made, sources: EventSource.made };
}

const opening = (options: TransportOptions, query = '', token = '') => ({
  options,
  query,
  token,
});

describe('streamUrl', () => {
  it.each([
    ['ws://h/realtime', 'http://h/realtime/sse'],
    ['wss://h/realtime/', 'https://h/realtime/sse'],
    ['https://h/', 'https://h/sse'],
  ])('derives the address of %s', (url, expected) => {
    expect(streamUrl(opening({ url: new URL(url) }))).toBe(expected);
  });
  it.each([
    ['ws://h/rt', 'http://h/rt/sse?topic=a&topic=b'],
    ['ws://h/rt?tenant=7', 'http://h/rt/sse?tenant=7&topic=a&topic=b'],
  ])('adds to the query of %s', (url, expected) => {
    expect(streamUrl(opening({ url: new URL(url) }, 'topic=a&topic=b'))).toBe(expected);
  });
  it('takes an own address as it is', () => {
    const sseUrl = new URL('https://other/events');
    expect(streamUrl(opening({ url: new URL('ws://h/rt'), sseUrl }))).toBe('https://other/events');
  });
});

describe('Links', () => {
  it('opens a WebSocket and carries frames both ways', () => {
    const { links, heard, sockets } = setUp('https://host/realtime#part');
    links.open(1, 'websocket', '');
    const socket = sockets[0];
    expect(socket?.url).toBe('wss://host/realtime');
    expect(socket?.binaryType).toBe('arraybuffer');
    socket?.open();
    socket?.message('text');
    socket?.message(new Uint8Array([1, 2]).buffer);
    links.send(1, 'hello');
    socket?.lose(1012);
    expect(socket?.sent).toEqual(['hello']);
    expect(heard).toEqual([
      ['opened', 1, ''],
      ['frame', 1, 'text'],
      ['frame', 1, new Uint8Array([1, 2])],
      ['closed', 1, 1012, 0],
    ]);
  });

  it('hears nothing more of a link that it closed', () => {
    const { links, heard, sockets } = setUp();
    links.open(1, 'websocket', '');
    links.close(1, 4000);
    sockets[0]?.open();
    sockets[0]?.message('late');
    sockets[0]?.lose(1006);
    expect(sockets[0]?.closes).toEqual([4000]);
    expect(heard).toEqual([]);
  });

  it('closes without a code that browsers refuse', () => {
    const { links, sockets } = setUp();
    links.open(1, 'websocket', '');
    links.close(1, 1006);
    expect(sockets[0]?.closes).toEqual([undefined]);
  });

  it('closes an EventSource that failed, so that it does not reconnect by itself', () => {
    const { links, heard, sources } = setUp();
    links.open(2, 'sse', '[]');
    sources[0]?.open();
    sources[0]?.message('event');
    sources[0]?.fail();
    sources[0]?.fail();
    expect(sources[0]?.closed).toBe(true);
    expect(heard).toEqual([
      ['opened', 2, ''],
      ['frame', 2, 'event'],
      ['closed', 2, 1006, 0],
    ]);
  });

  it('reports a constructor that throws, and one that is missing, later and once', async () => {
    const heard: unknown[][] = [];
    class Refuses {
      constructor() {
        throw new SyntaxError('no');
      }
    }
    const links = new Links(
      { url: new URL('ws://h/'), WebSocket: Refuses as never, EventSource: Refuses as never },
      {
        opened: () => {},
        closed: (...rest) => heard.push(rest),
        frame: () => {},
        stream: () => {},
      },
    );
    links.open(1, 'websocket', '');
    links.open(2, 'sse', '');
    links.open(3, 'websocket', '');
    links.close(3, 1000);
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toEqual([
      [1, 1006, 0],
      [2, 1006, 0],
    ]);
  });
});
