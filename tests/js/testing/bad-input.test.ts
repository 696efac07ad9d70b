import { afterEach, describe, expect, it } from 'vitest';
import { createWebSocketClient, type Dialect, type Status } from '../../../js/index.ts';
import { createMockServer, FakeClock, type MockServer } from '../../../js/testing.ts';

/**
 * What a server, or whatever stands in its place, may send: for each dialect a typed error, and a
 * status that says whether to try again.
 */
interface Trouble {
  name: string;
  /** Nobody's token is good. */
  verify?: () => boolean;
  getToken?: () => string;
  entity?: string;
  /** Before the client connects, and while it is connected. */
  before?: (server: MockServer) => void;
  during?: (server: MockServer, dialect: Dialect) => void;
  expected: Readonly<Record<Dialect, Outcome>>;
}
type Outcome = readonly [soon: Status, afterAnHour: Status, error: string | undefined];

const always = (outcome: Outcome): Trouble['expected'] => ({
  native: outcome,
  supabase: outcome,
  centrifugo: outcome,
  mercure: outcome,
  plain: outcome,
});
const CONNECTED = (error: string | undefined): Outcome => ['connected', 'connected', error];
/** The refusal of a WebSocket does not say why; after ten attempts it is enough. */
const GIVES_UP: Outcome = ['reconnecting', 'error', 'link_failed'];
/** There is a status, and it says that trying again is pointless. */
const POINTLESS: Outcome = ['error', 'error', 'link_failed'];

const FRAMES: Readonly<Record<string, string>> = {
  native: '{"op":"subscribed","ref":"1"}',
  supabase: '[null,null,"realtime:x","postgres_changes",{"ids":[1],"data":{"type":"UPDATE"}}]',
  centrifugo: '{"push":{"channel":"notes","pub":{"data":{"x":1},"offset":1}}}',
};
const asFrame = (text: string, dialect: Dialect) =>
  dialect === 'mercure' ? `data: ${text}\n\n` : text;

const TROUBLES: readonly Trouble[] = [
  {
    name: 'a token that is never good',
    verify: () => false,
    getToken: () => 'wrong',
    // Supabase refuses a channel, not the connection.
    expected: { ...always(GIVES_UP), supabase: CONNECTED('unauthorized') },
  },
  {
    name: 'no token, where one is wanted',
    verify: () => false,
    expected: { ...always(POINTLESS), supabase: CONNECTED('unauthorized') },
  },
  {
    name: 'an entity that the server does not know',
    entity: 'nowhere',
    expected: {
      native: CONNECTED('unknown_entity'),
      // It may be published later.
      supabase: CONNECTED('try_later'),
      centrifugo: CONNECTED('subscription_refused'),
      // These have no subscriptions that could be refused.
      mercure: CONNECTED(undefined),
      plain: CONNECTED(undefined),
    },
  },
  ...Object.keys(FRAMES).map(
    (foreign): Trouble => ({
      name: `a frame of another dialect (${foreign})`,
      during: (server, dialect) => {
        if (dialect !== foreign) server.faults.inject(asFrame(FRAMES[foreign] ?? '', dialect));
      },
      expected: { ...always(CONNECTED('not_a_message')), [foreign]: CONNECTED(undefined) },
    }),
  ),
  {
    name: 'half a frame',
    during: (server) => {
      server.faults.spoil();
      server.update('notes', { id: 1, version: 2, text: 'changed' });
    },
    expected: always(CONNECTED('malformed_json')),
  },
  {
    name: 'the page of a proxy',
    before: (server) => server.faults.answer(200, { 'content-type': 'text/html' }),
    expected: always(GIVES_UP),
  },
  {
    name: 'status 403',
    before: (server) => server.faults.answer(403),
    // Where event streams are read there is a status to see.
    expected: {
      ...always(GIVES_UP),
      native: POINTLESS,
      mercure: POINTLESS,
      plain: POINTLESS,
    },
  },
];

const clients: Array<ReturnType<typeof createWebSocketClient>> = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});

describe.each(TROUBLES)('$name', (trouble) => {
  it.each(Object.entries(trouble.expected) as Array<[Dialect, Outcome]>)(
    '%s: %s',
    async (dialect, [soon, afterAnHour, code]) => {
      const clock = new FakeClock();
      const { verify, getToken, entity = 'notes', before, during } = trouble;
      const tables = { notes: [{ id: 1, version: 1 }] };
      const server = createMockServer({ dialect, clock, tables, verify });
      before?.(server);
      const { websocketUrl: url, ...options } = server.options;
      const errors: string[] = [];
      const client = createWebSocketClient({
        url,
        ...options,
        getToken,
        onError: (error) => errors.push(error.code),
      });
      clients.push(client);
      client.subscribe(entity, undefined, () => {});
      client.connect();
      await clock.until(() => server.opened > 0);
      await clock.advance(2000);
      during?.(server, dialect);
      await clock.advance(20_000);
      expect(client.status).toBe(soon);
      await clock.advance(3_600_000);
      expect(client.status).toBe(afterAnHour);
      // Told once, whatever comes again.
      expect(errors).toEqual(code === undefined ? [] : [code]);
    },
  );
});

describe.each(['native', 'supabase', 'centrifugo', 'mercure', 'plain'] as const)(
  '%s',
  (dialect) => {
    it('goes on with a new token when the old one has run out', async () => {
      const clock = new FakeClock();
      let made = 0;
      const expiry = new Map<string, number>();
      const getToken = () => {
        const token = `token-${++made}`;
        expiry.set(token, clock.now() + 60_000);
        return token;
      };
      const verify = (token: string) => expiry.get(token) ?? false;
      const server = createMockServer({ dialect, clock, verify, tables: { notes: [] } });
      const { websocketUrl: url, ...options } = server.options;
      const errors: string[] = [];
      const heard: unknown[] = [];
      const onError = (error: { code: string }) => errors.push(error.code);
      const client = createWebSocketClient({ url, ...options, getToken, onError });
      clients.push(client);
      client.subscribe('notes', undefined, ({ data }) => heard.push(data));
      client.connect();
      await clock.until(() => client.status === 'connected');
      // Not where one token has just run out: who resumes nothing is told to read then.
      await clock.advance(290_000);
      await clock.until(() => client.status === 'connected');
      await clock.advance(3000);
      server.insert('notes', { id: 1, version: 1 });
      await clock.advance(1000);
      expect(heard).toHaveLength(1);
      expect(made).toBeGreaterThan(3);
      expect(errors).toEqual([]);
    });
  },
);
