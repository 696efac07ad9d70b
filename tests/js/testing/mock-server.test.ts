// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook } from '@testing-library/react';
import { createElement, type ReactNode } from 'react';
import {
  createMockServer,
  FakeClock,
  type MockServer,
  type MockServerOptions,
} from 'tidemark/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createRealtimeIntegration,
  createWebSocketClient,
  type Dialect,
  type RealtimeEvent,
  type RealtimeIntegration,
  type RealtimeIntegrationOptions,
  type TidemarkError,
} from '../../../js/index.ts';
import { useRealtimeQuery } from '../../../js/react.ts';

interface Note {
  id: number;
  version: number;
  text: string;
}

const note = (id: number, version = 1): Note => ({ id, version, text: `${id}v${version}` });
const notes = {
  name: 'notes',
  table: 'notes',
  idField: 'id',
  versionField: 'version',
  queryKeys: { list: ['notes'] },
};
const ends: Array<() => void> = [];

beforeEach(() => {
  // Time goes on here, and not in React's test environment.
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
});
afterEach(() => {
  cleanup();
  for (const end of ends.splice(0).reverse()) end();
  vi.unstubAllGlobals();
});

/** An app with one list, on a mock server, in a time of its own. */
class App {
  readonly clock = new FakeClock();
  readonly errors: TidemarkError[] = [];
  readonly events: RealtimeEvent[] = [];
  readonly server: MockServer;
  readonly integration: RealtimeIntegration;
  readonly #hook: { current: { data: Note[] | undefined; realtime: { continuity: string } } };
  reads = 0;

  constructor(serverOptions: MockServerOptions = {}, options: RealtimeIntegrationOptions = {}) {
    const tables = { notes: [note(1), note(2)] };
    this.server = createMockServer({ tables, clock: this.clock, ...serverOptions });
    const queryClient = new QueryClient({
      defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
    });
    this.integration = createRealtimeIntegration(queryClient, {
      ...this.server.options,
      entities: [notes],
      onError: (error) => this.errors.push(error),
      onEvent: (event) => this.events.push(event),
      ...options,
    });
    this.integration.start();
    const list = () =>
      useRealtimeQuery({
        queryKey: ['notes'],
        queryFn: () => {
          this.reads++;
          return this.server.read<Note>('notes');
        },
        realtimeEntity: 'notes',
      });
    const wrapper = ({ children }: { children: ReactNode }) =>
      createElement(QueryClientProvider, { client: queryClient }, children);
    this.#hook = renderHook(list, { wrapper }).result;
    ends.push(() => {
      this.integration.dispose();
      queryClient.clear();
    });
  }

  get shown(): string[] {
    return (this.#hook.current.data ?? []).map(({ text }) => text).sort();
  }

  get continuity(): string {
    return this.#hook.current.realtime.continuity;
  }

  get held(): string[] {
    return this.server
      .rows<Note>('notes')
      .map(({ text }) => text)
      .sort();
  }

  /** Time goes on until the page shows what the server holds, and says that it does. */
  async settle(patienceMs = 60_000): Promise<void> {
    for (let waited = 0; waited <= patienceMs; waited += 500) {
      await this.clock.advance(500);
      const live = this.continuity === 'live';
      if (live && JSON.stringify(this.shown) === JSON.stringify(this.held)) return;
    }
    expect(this.shown).toEqual(this.held);
    expect(this.continuity).toBe('live');
  }

  write(id: number, version: number): void {
    this.server.update('notes', note(id, version));
  }
}

const DIALECTS: readonly Dialect[] = ['native', 'supabase', 'centrifugo', 'mercure', 'plain'];

describe.each(DIALECTS)('a mock server that speaks %s', (dialect) => {
  it('tells of every write', async () => {
    const app = new App({ dialect });
    await app.settle();
    expect(app.shown).toEqual(['1v1', '2v1']);
    const { reads } = app;
    app.write(1, 2);
    app.server.insert('notes', note(3));
    app.server.delete('notes', { id: 2 });
    app.server.patch('notes', { id: 3, version: 2, text: 'patched' });
    await app.settle();
    expect(app.shown).toEqual(['1v2', 'patched']);
    expect(app.reads).toBe(reads);
    expect(app.errors).toEqual([]);
  });

  it('loses nothing over cuts, absences and an hour of silence', async () => {
    const app = new App({ dialect });
    await app.settle();
    const { opened } = app.server;
    app.server.faults.cut();
    app.server.faults.refuse();
    app.write(1, 2);
    app.server.insert('notes', note(4));
    await app.clock.advance(20_000);
    expect(app.shown).toEqual(['1v1', '2v1']);
    expect(app.integration.status).toBe('reconnecting');
    app.server.faults.refuse(false);
    await app.settle();
    expect(app.shown).toEqual(['1v2', '2v1', '4v1']);
    await app.clock.advance(3_600_000);
    app.write(2, 2);
    await app.settle();
    expect(app.server.opened).toBeGreaterThan(opened);
    expect(app.errors).toEqual([]);
  });

  it('sees a dead link behind one that stays open', async () => {
    const app = new App({ dialect }, { heartbeatInterval: 5000 });
    await app.settle();
    app.server.faults.freeze();
    app.write(1, 2);
    await app.clock.advance(60_000);
    expect(app.integration.status).toBe('reconnecting');
    app.server.faults.thaw();
    await app.settle();
    expect(app.shown).toContain('1v2');
  });

  it('polls while connections open and then say nothing', async () => {
    const app = new App({ dialect });
    await app.settle();
    app.server.faults.drop(100_000);
    app.server.faults.cut();
    await app.clock.advance(400_000);
    const { opened } = app.server;
    const heard = new Set<string>(); // It is told of counters, too.
    const now = () => `${app.integration.link.status}, ${app.integration.link.transport}`;
    app.integration.subscribeStatus(() => heard.add(now()));
    for (let version = 2; version < 12; version++) {
      app.write(1, version);
      await app.clock.advance(12_000);
      expect(app.shown).toContain(`1v${version}`);
    }
    expect(app.server.opened).toBeGreaterThan(opened);
    expect([...heard.add(now())]).toEqual(['reconnecting, polling']);
  });

  it('takes an event that comes twice once', async () => {
    const app = new App({ dialect });
    await app.settle();
    app.server.faults.repeat(2);
    app.write(1, 2);
    app.write(2, 2);
    await app.settle();
    expect(app.events).toHaveLength(2);
  });

  it('is asked for a token, where it wants one', async () => {
    let isGood = true;
    const getToken = vi.fn(() => (isGood ? 'good' : 'bad'));
    const verify = (token: string) => token === 'good';
    const app = new App({ dialect, verify }, { getToken });
    await app.settle();
    isGood = false;
    app.server.faults.hangUp();
    await app.clock.advance(30_000);
    expect(app.continuity).not.toBe('live');
    expect(getToken.mock.calls.length).toBeGreaterThan(1);
  });
});

/** What a WebSocket without a client behind it hears of three writes. */
async function heardOfThree(spoil: (server: MockServer) => void): Promise<string[]> {
  const clock = new FakeClock();
  const server = createMockServer({ dialect: 'plain', clock, tables: { notes: [] } });
  const { WebSocket, websocketUrl } = server.options;
  if (!WebSocket) throw new Error('there is no WebSocket');
  const socket = new WebSocket(websocketUrl);
  const heard: string[] = [];
  socket.onmessage = ({ data }: { data: string }) => {
    heard.push(/"id":(\d)\}/.exec(data)?.[1] ?? 'half');
  };
  await clock.advance(0);
  spoil(server);
  for (const id of [1, 2, 3]) server.insert('notes', { text: 'x'.repeat(300), id });
  await clock.advance(0);
  return heard;
}

describe('the frames of a mock server', () => {
  it.each<[string, (server: MockServer) => void, string[]]>([
    ['arrive', () => {}, ['1', '2', '3']],
    ['are lost', ({ faults }) => faults.drop(2), ['3']],
    ['come twice', ({ faults }) => faults.repeat(), ['1', '1', '2', '3']],
    ['come by half', ({ faults }) => faults.spoil(), ['half', '2', '3']],
    ['come the last one first', ({ faults }) => faults.reorder(2), ['2', '1', '3']],
    ['come all the other way round', ({ faults }) => faults.reorder(3), ['3', '2', '1']],
    ['stay away', ({ faults }) => faults.freeze(), []],
    ['take their time', ({ faults }) => faults.delay(1), []],
  ])('%s', async (_, spoil, expected) => {
    expect(await heardOfThree(spoil)).toEqual(expected);
  });
});

describe('a mock server', () => {
  it('has lost frames seen and asked for again', async () => {
    const app = new App();
    await app.settle();
    const { reads } = app;
    app.server.faults.drop();
    app.write(1, 2);
    app.write(2, 2);
    await app.settle();
    expect(app.shown).toEqual(['1v2', '2v2']);
    expect(app.reads).toBe(reads);
  });

  it('has a frame of which half arrives counted and reported', async () => {
    const app = new App();
    await app.settle();
    app.server.faults.spoil();
    app.write(1, 2);
    await app.clock.advance(100);
    app.write(2, 2);
    await app.settle();
    expect(app.errors.map(({ code }) => code)).toContain('malformed_json');
  });

  it('sends frames in another order, late, and slowly', async () => {
    const app = new App();
    await app.settle();
    app.server.faults.reorder(2);
    app.server.faults.delay(300);
    app.write(1, 2);
    app.write(1, 3);
    await app.clock.advance(299);
    expect(app.shown).toEqual(['1v1', '2v1']);
    await app.settle();
    expect(app.shown).toEqual(['1v3', '2v1']);
  });

  it('answers as an overloaded server does', async () => {
    const app = new App({}, { protocol: 'sse' });
    await app.settle();
    app.server.faults.answer(503, { 'retry-after': '120' });
    app.server.faults.cut();
    await app.clock.advance(100_000);
    const { opened } = app.server;
    await app.clock.advance(15_000);
    expect(app.integration.status).toBe('reconnecting');
    expect(app.server.opened).toBe(opened);
    app.server.faults.answer(undefined);
    app.write(1, 2);
    await app.settle(200_000);
    expect(app.shown).toContain('1v2');
  });

  it('forgets its history, and then everything is read again', async () => {
    const app = new App();
    await app.settle();
    const { reads } = app;
    app.write(1, 2);
    app.server.forget();
    await app.settle();
    expect(app.reads).toBeGreaterThan(reads);
  });

  it('plays a script', async () => {
    const app = new App();
    await app.settle();
    const seen: string[] = [];
    ends.push(app.integration.subscribeStatus(({ status }) => seen.push(status)));
    const played = app.server.play([
      [1000, 'cut'],
      [0, 'refuse', true],
      [20_000, 'refuse', false],
    ]);
    await app.clock.advance(60_000);
    await played;
    expect(new Set(seen)).toEqual(new Set(['reconnecting', 'connected']));
    expect(app.integration.status).toBe('connected');
  });

  it('falls back to SSE where WebSockets are refused', async () => {
    const app = new App();
    const { WebSocket: _, ...withoutSockets } = app.server.options;
    const client = createWebSocketClient({
      url: app.server.options.websocketUrl,
      ...withoutSockets,
      WebSocket: class {
        constructor() {
          throw new Error('blocked');
        }
      } as never,
    });
    ends.push(() => client.dispose());
    const heard: RealtimeEvent[] = [];
    client.subscribe('notes', undefined, (event) => heard.push(event));
    client.connect();
    await app.clock.advance(60_000);
    expect(client.transport).toBe('sse');
    app.write(1, 2);
    await app.clock.advance(100);
    expect(heard.map(({ action }) => action)).toEqual(['update']);
  });

  it('says what is wrong with a row', () => {
    const server = createMockServer({ tables: { notes: [note(1)] } });
    expect(() => server.insert('notes', note(1))).toThrow('notes has a row 1 already');
    expect(() => server.update('notes', note(2))).toThrow('notes has no row 2');
    expect(() => server.insert('notes', { text: 'x' })).toThrow('the row has no id');
    expect(server.rows<Note>('notes', 'text=eq.1v1')).toEqual([note(1)]);
    expect(server.rows('notes', 'text=eq.no')).toEqual([]);
  });

  it('fails a read as fetch does', async () => {
    const server = createMockServer({ tables: { notes: [note(1)] } });
    server.faults.refuse();
    await expect(server.read('notes')).rejects.toThrow(TypeError);
    server.faults.refuse(false);
    server.faults.answer(500);
    await expect(server.read('notes')).rejects.toThrow('500');
    await expect(server.read('notes', 'what')).rejects.toThrow();
  });
});

describe('a fake clock', () => {
  it('fires in the order of time, and of setting where that is the same', async () => {
    const clock = new FakeClock(1000);
    const fired: string[] = [];
    const at = (name: string, ms: number) =>
      clock.setTimeout(() => fired.push(`${name} ${clock.now()}`), ms);
    at('late', 20);
    at('first', 10);
    at('second', 10);
    clock.clearTimeout(at('never', 5));
    clock.setTimeout(() => at('child', 3), 10);
    await clock.advance(12);
    expect(fired).toEqual(['first 1010', 'second 1010']);
    expect(clock.now()).toBe(1012);
    await clock.advance(100);
    expect(fired.slice(2)).toEqual(['child 1013', 'late 1020']);
  });

  it('goes on until something holds', async () => {
    const clock = new FakeClock(0);
    let done = false;
    clock.setTimeout(() => {
      done = true;
    }, 35);
    await clock.until(() => done);
    expect(clock.now()).toBe(40);
  });
});
