import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoServer, type DemoServer } from '../../demo/server/server.ts';
import { Tokens } from '../../demo/server/tokens.ts';
import { addProject, call, wsUrl } from './support.ts';
import { WsClient } from './ws-client.ts';

/** Long enough for a few answers of a busy machine; the tests wait for them side by side. */
const LIFETIME_MS = 1000;
const GRACE_MS = 1000;
const PATIENCE_MS = 1000;

let server: DemoServer;

const connect = () => WsClient.open(wsUrl(server));

function subscribeTo(city: string) {
  return { op: 'subscribe', ref: '1', entity: 'projects', filter: `city=eq.${city}` };
}

interface Token {
  token: string;
  expiresAt: number;
}

async function newToken(): Promise<Token> {
  const { status, text, headers } = await call(server, 'POST', '/api/token');
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  return JSON.parse(text) as Token;
}

async function expiredToken(): Promise<string> {
  const { token, expiresAt } = await newToken();
  await expect.poll(() => Date.now(), { timeout: 5000 }).toBeGreaterThan(expiresAt);
  return token;
}

/** With another expiry, which the signature does not cover. */
function forge({ token, expiresAt }: Token): string {
  return token.replace(String(expiresAt), String(expiresAt + 3_600_000));
}

beforeAll(async () => {
  const auth = { lifetimeMs: LIFETIME_MS, graceMs: GRACE_MS, patienceMs: PATIENCE_MS };
  server = await createDemoServer({ auth });
}, 60_000);
afterAll(() => server.close());

describe('tokens', () => {
  it('are good for as long as they say, and only at their own server', () => {
    const tokens = new Tokens(60_000);
    const { token, expiresAt } = tokens.issue();
    expect(tokens.verify(token)).toEqual({ kind: 'valid', expiresAt });
    expect(new Tokens().verify(token)).toEqual({ kind: 'forged' });
    expect(tokens.verify(forge({ token, expiresAt }))).toEqual({ kind: 'forged' });
    expect(new Tokens(0).verify(token)).toEqual({ kind: 'forged' });
    const spent = new Tokens(0);
    expect(spent.verify(spent.issue().token)).toEqual({ kind: 'expired' });
  });

  it.each(['', '.', 'x', 'a.b', '1.2.3', '.'.repeat(5000)])('are not %j', (text) => {
    expect(new Tokens().verify(text)).toEqual({ kind: 'forged' });
  });

  it('are given to programs and own pages only', async () => {
    const origin = { origin: 'https://evil.example' };
    expect((await call(server, 'POST', '/api/token', undefined, origin)).status).toBe(403);
    expect((await call(server, 'GET', '/api/token')).status).toBe(405);
  });
});

describe.concurrent('a WebSocket', () => {
  it('is served once its token was seen', async () => {
    const { token } = await newToken();
    const client = await connect();
    client.send([{ op: 'auth', token }, subscribeTo('Served')]);
    expect(await client.next()).toMatchObject({ op: 'subscribed', ref: '1' });
    const row = await addProject(server, { city: 'Served' });
    expect((await client.next()).data).toEqual(row);
  });

  it.each([
    ['another message first', () => subscribeTo('Nowhere')],
    ['no JSON first', () => '{'],
    ['a forged token', async () => ({ op: 'auth', token: forge(await newToken()) })],
    ['an expired token', async () => ({ op: 'auth', token: await expiredToken() })],
  ])('is closed with 4401 for %s', async (_name, first) => {
    const message = await first();
    const client = await connect();
    // What comes after it is not served either.
    client.send(message);
    client.send(subscribeTo('Nowhere'));
    expect(await client.closed).toBe(4401);
    expect(client.messages).toEqual([]);
  });

  it('is closed with 4401 when it stays silent', async () => {
    const client = await connect();
    expect(await client.closed).toBe(4401);
  });

  it('is told when its token runs out, served on, and closed after the grace', async () => {
    const { token } = await newToken();
    const client = await connect();
    client.send([{ op: 'auth', token }, subscribeTo('Told')]);
    expect(await client.next()).toMatchObject({ op: 'subscribed' });
    expect(await client.next()).toMatchObject({ op: 'error', code: 'token_expired' });
    const row = await addProject(server, { city: 'Told' });
    expect((await client.next()).data).toEqual(row);
    expect(await client.closed).toBe(4401);
  });

  it('goes on with a new token, however often', async () => {
    const { token } = await newToken();
    const client = await connect();
    client.send([{ op: 'auth', token }, subscribeTo('Renewed')]);
    expect(await client.next()).toMatchObject({ op: 'subscribed' });
    for (let round = 0; round < 3; round++) {
      expect(await client.next()).toMatchObject({ code: 'token_expired' });
      client.send({ op: 'auth', token: 'not this one' });
      expect(await client.next()).toMatchObject({ code: 'unauthorized' });
      client.send({ op: 'auth', token: (await newToken()).token });
      await client.expectNothing();
    }
    const row = await addProject(server, { city: 'Renewed' });
    expect((await client.next()).data).toEqual(row);
  });
});

describe.concurrent('an event stream', () => {
  const open = (token?: string) =>
    fetch(
      `http://127.0.0.1:${server.port}/realtime/sse?subscribe=[{"ref":"1","entity":"projects"}]`,
      {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      },
    );

  it('is served with its token, told when that runs out, and ended after the grace', async () => {
    const response = await open((await newToken()).token);
    expect(response.status).toBe(200);
    const body = await response.text();
    expect(body).toContain('"op":"subscribed"');
    expect(body.indexOf('"code":"token_expired"')).toBeGreaterThan(body.indexOf('"subscribed"'));
  });

  it('is answered 401 without a good token', async () => {
    const answers = [
      [await open(), 'unauthorized'],
      [await open(forge(await newToken())), 'unauthorized'],
      [await open(await expiredToken()), 'token_expired'],
    ] as const;
    for (const [response, code] of answers) {
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ error: { code } });
    }
  });
});
