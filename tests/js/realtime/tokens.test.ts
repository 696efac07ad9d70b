import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  createWebSocketClient,
  type GetToken,
  type TidemarkError,
  type WebSocketClient,
  type WebSocketClientOptions,
} from '../../../js/index.ts';
import { Tokens } from '../../../js/realtime/tokens.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

describe('Tokens', () => {
  function setUp(getToken: GetToken) {
    const heard: unknown[] = [];
    const errors: TidemarkError[] = [];
    const tokens = new Tokens(
      getToken,
      {
        ready: (link, token) => heard.push([link, token]),
        failed: (link) => heard.push([link, 'failed']),
      },
      (error) => errors.push(error),
    );
    return { tokens, heard, errors };
  }

  it('hands over what getToken gives, at once or later, and null as none', async () => {
    const answers = ['now', Promise.resolve('later'), null];
    const { tokens, heard } = setUp(() => answers.shift() as string);
    for (const link of [1, 2, 3]) await tokens.ask(link, false);
    expect(heard).toEqual([
      [1, 'now'],
      [2, 'later'],
      [3, ''],
    ]);
  });

  it('drops the answer for a link that is gone, and an older one for the same link', async () => {
    const resolves: Array<(token: string) => void> = [];
    const { tokens, heard, errors } = setUp(() => new Promise((resolve) => resolves.push(resolve)));
    const asked = [tokens.ask(1, false), tokens.ask(2, false), tokens.ask(2, true)];
    tokens.forget(1);
    resolves.forEach((resolve, i) => {
      resolve(['gone', 'old', 'new'][i] as string);
    });
    await Promise.all(asked);
    expect(heard).toEqual([[2, 'new']]);
    expect(errors).toEqual([]);
  });

  it.each<[string, GetToken]>([
    [
      'throws',
      () => {
        throw new Error('no session');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no session'))],
    ['gives no text', () => ({ secret: 'abc' }) as never],
  ])('says that getToken %s', async (_, getToken) => {
    const { tokens, heard, errors } = setUp(getToken);
    await tokens.ask(4, false);
    expect(heard).toEqual([[4, 'failed']]);
    expect(errors.map(({ code }) => code)).toEqual(['token_failed']);
    expect(String(errors[0]) + String(errors[0]?.cause)).not.toContain('abc');
  });
});

describe('tokens on a real server', () => {
  let server: ProtocolServer;
  let client: WebSocketClient;
  const errors: TidemarkError[] = [];

  beforeEach(async () => {
    server = await ProtocolServer.start();
    errors.length = 0;
  });
  afterEach(async () => {
    client.dispose();
    await server.stop();
  });

  function connect(getToken: GetToken, options: Partial<WebSocketClientOptions> = {}) {
    client = createWebSocketClient({
      url: server.url,
      WebSocket,
      reconnectInterval: 20,
      onError: (error) => errors.push(error),
      getToken,
      ...options,
    });
    client.subscribe('projects', undefined, () => {});
  }
  const told = () => server.received.map(({ op, token }) => (token ? [op, token] : [op]));
  const subscribes = (count: number) =>
    vi.waitFor(() => expect(told().filter(([op]) => op === 'subscribe')).toHaveLength(count), 5000);

  it('is awaited before every opening, and sent before the subscriptions', async () => {
    let answer = (_: string): void => {};
    const getToken = vi.fn<GetToken>(() => new Promise((resolve) => (answer = resolve)));
    connect(getToken);
    await vi.waitFor(() => expect(getToken).toHaveBeenCalledWith({ refresh: false }), 5000);
    expect(server.requests).toEqual([]);
    answer('first');
    await subscribes(1);
    server.cut();
    await vi.waitFor(() => expect(getToken).toHaveBeenCalledTimes(2), 5000);
    answer('second');
    await subscribes(2);
    expect(told()).toEqual([['auth', 'first'], ['subscribe'], ['auth', 'second'], ['subscribe']]);
    expect(server.requests.map(({ url }) => url)).toEqual(['/realtime', '/realtime']);
  });

  it('is asked for anew when the server closes over it', async () => {
    const getToken = vi.fn<GetToken>(({ refresh }) => (refresh ? 'new' : 'old'));
    connect(getToken);
    await subscribes(1);
    server.closeAll(4401, 'token expired');
    await subscribes(2);
    expect(getToken.mock.calls).toEqual([[{ refresh: false }], [{ refresh: true }]]);
    expect(told().filter(([op]) => op === 'auth')).toEqual([
      ['auth', 'old'],
      ['auth', 'new'],
    ]);
  });

  it('goes with an event stream as a header', async () => {
    connect(() => 'secret', { protocol: 'sse' });
    await vi.waitFor(() => expect(client.status).toBe('connected'), 5000);
    for (const { headers, url } of server.requests) {
      expect(headers.authorization).toBe('Bearer secret');
      expect(url).not.toContain('secret');
    }
  });

  it('goes into the URL only when that is asked for', async () => {
    connect(() => 'secret', { tokenInUrl: 'access_token' });
    await subscribes(1);
    expect(server.requests[0]?.url).toBe('/realtime?access_token=secret');
  });

  it('tries again after getToken failed', async () => {
    let tries = 0;
    connect(async () => {
      if (++tries === 1) throw new Error('offline');
      return 'there';
    });
    await subscribes(1);
    expect(errors.map(({ code }) => code)).toEqual(['token_failed']);
  });
});
