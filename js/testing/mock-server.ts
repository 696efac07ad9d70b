import { type Clock, systemClock } from '../core/clock.ts';
import type { LinkOptions } from '../realtime/link-options.ts';
import type { Dialect } from '../realtime/link-target.ts';
import type { Verdict } from './link.ts';
import { MemoryFeed, type RowInput } from './memory-feed.ts';
import { type Breakable, Faults } from './network/faults.ts';
import { MemorySocket } from './network/memory-socket.ts';
import { networkError, openStream } from './network/memory-stream.ts';
import { type ClientEnd, Wire } from './network/wire.ts';
import { RowFilter } from './rows/row-filter.ts';
import { playScript, type Script } from './script.ts';
import { type Service, serviceOf } from './services.ts';
import { anyTables } from './tables.ts';

/** What `createMockServer` takes. */
export interface MockServerOptions {
  /** The protocol that is spoken. Default `native`. */
  dialect?: Dialect | undefined;
  /** The rows that are there, by table. There are no others; without it, any that is asked for. */
  tables?: Readonly<Record<string, readonly RowInput[]>> | undefined;
  /** The column that tells rows apart. Default `id`. */
  key?: string | undefined;
  /** Changes that are kept for clients that come back. Default 1000. */
  history?: number | undefined;
  /**
   * Whether a token is good, or until when it is (ms since the epoch). Absent: nobody needs one.
   */
  verify?: ((token: string) => boolean | number) | undefined;
  /** Where its time comes from. Default: the machine's clock. */
  clock?: Clock | undefined;
}

/** How a write is told of. */
export interface ChangeOptions {
  /** The id of the edit that wrote it: a `Submission`'s `mutationId`. */
  mutation?: string | undefined;
}

/** What an integration or a client needs to reach a mock server. */
export type MockLinkOptions = Pick<LinkOptions, 'dialect' | 'WebSocket' | 'fetch' | 'clock'> & {
  websocketUrl: string;
};

const HOST = 'tidemark.test';
const YEAR_MS = 365 * 24 * 3600 * 1000;

/**
 * A server in the same program: tables, and their changes as a stream. No network is used, so it
 * runs wherever the app's tests do.
 */
export class MockServer {
  /** What is wrong with the network. */
  readonly faults: Faults;
  /** For `createRealtimeIntegration`, and for `createWebSocketClient`. */
  readonly options: MockLinkOptions;
  readonly #dialect: Dialect;
  readonly #feed: MemoryFeed;
  readonly #clock: Clock;
  readonly #service: Service;
  readonly #wires = new Set<Breakable>();
  #opened = 0;

  constructor(options: MockServerOptions = {}) {
    const { dialect = 'native', tables = {}, key, history, verify, clock = systemClock } = options;
    this.#dialect = dialect;
    this.#clock = clock;
    this.#feed = new MemoryFeed({ key, history, now: () => clock.now() });
    for (const [table, rows] of Object.entries(tables)) {
      for (const row of rows) this.#feed.insert(table, row);
    }
    const named = options.tables && new Set(Object.keys(options.tables));
    this.#service = serviceOf(dialect, this.#feed, {
      tables: {
        ...anyTables,
        table: (name) => (named && !named.has(name) ? undefined : anyTables.table(name)),
        keys: () => [key ?? 'id'],
      },
      verify: verify && ((token) => verdictOn(verify(token), clock)),
      clock,
    });
    this.faults = new Faults(this.#wires);
    this.options = this.#linkOptions();
  }

  /** How many connections there are now. */
  get connections(): number {
    return this.#wires.size;
  }

  /** How many there were in all, those that failed too. */
  get opened(): number {
    return this.#opened;
  }

  /** The rows as they are, in the order of their inserts. */
  rows<Row = Record<string, unknown>>(table: string, filter = ''): Row[] {
    const parsed = filter === '' ? undefined : RowFilter.parse(filter);
    return this.#feed
      .rows(table)
      .filter((row) => parsed?.matches(row) ?? true)
      .map((row) => JSON.parse(row) as Row);
  }

  /**
   * The same as a request for them, which takes the way over the network: for query functions.
   *
   * Rejects with a TypeError, as `fetch` does, when the network fails.
   */
  read<Row = Record<string, unknown>>(table: string, filter = ''): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      let rows: Row[] = [];
      let closed = () => reject(networkError());
      const wire = this.#wire({ receive: () => {}, closed: () => closed() });
      const answered = () => {
        closed = () => {};
        wire.leave(1000, '');
        const { refusal } = this.faults;
        if (refusal) reject(new Error(`the server answered ${refusal.status}`));
        else resolve(rows);
      };
      wire.open(() => {
        try {
          rows = this.rows<Row>(table, filter);
        } catch (error) {
          reject(error);
        }
        return { receive: () => {}, close: () => {} };
      }, answered);
    });
  }

  /** @throws Error when the row is there already */
  insert(table: string, row: RowInput, { mutation }: ChangeOptions = {}): void {
    this.#feed.insert(table, row, mutation);
  }

  /** The row as a whole. @throws Error when it is not there */
  update(table: string, row: RowInput, { mutation }: ChangeOptions = {}): void {
    this.#feed.update(table, row, mutation);
  }

  /** The members that are named; the others stay. @throws Error when the row is not there */
  patch(table: string, row: object, { mutation }: ChangeOptions = {}): void {
    this.#feed.patch(table, row, mutation);
  }

  /** Of the row the key is enough. @throws Error when it is not there */
  delete(table: string, row: RowInput, { mutation }: ChangeOptions = {}): void {
    this.#feed.delete(table, row, mutation);
  }

  /** The server lost its history, as after a restored backup: nobody can go on where they were. */
  forget(): void {
    this.#feed.newEpoch();
    this.faults.hangUp(1012, 'history was replaced');
  }

  /** What happens when, one after the other. Resolves after the last step. */
  play(script: Script): Promise<void> {
    return playScript(script, this.faults, this.#clock);
  }

  #linkOptions(): MockLinkOptions {
    const { path, stream } = this.#service;
    const connect = (url: URL, socket: MemorySocket): Wire => {
      const wire = this.#wire(socket);
      const isHere = url.host === HOST && url.pathname === path;
      wire.open(
        (link) => (isHere && !this.faults.refusal ? this.#service.socket?.(url, link) : undefined),
        () => socket.opened(),
      );
      return wire;
    };
    return {
      websocketUrl: `wss://${HOST}${path}`,
      dialect: this.#dialect,
      clock: this.#clock,
      WebSocket: class extends MemorySocket {
        constructor(url: string | URL) {
          super(connect, url);
        }
      },
      fetch: stream ? (input, init) => this.#fetch(stream, input, init) : undefined,
    };
  }

  #fetch(
    stream: NonNullable<Service['stream']>,
    input: RequestInfo | URL,
    init?: RequestInit,
  ): Promise<Response> {
    const request = new Request(input, init);
    const asked = {
      url: new URL(request.url),
      header: (name: string) => request.headers.get(name) ?? undefined,
    };
    const connect = (client: ClientEnd) => this.#wire(client);
    return openStream(connect, this.faults, () => stream(asked), init?.signal);
  }

  #wire(client: ClientEnd): Wire {
    this.#opened++;
    return new Wire(this.#wires, this.faults, this.#clock, client);
  }
}

function verdictOn(answer: boolean | number, clock: Clock): Verdict {
  if (answer === false) return { kind: 'forged' };
  if (answer === true) return { kind: 'valid', expiresAt: clock.now() + YEAR_MS };
  return answer > clock.now() ? { kind: 'valid', expiresAt: answer } : { kind: 'expired' };
}

/**
 * A server for tests, in the same program as the app.
 *
 * @throws Error for a row that is none
 */
export function createMockServer(options: MockServerOptions = {}): MockServer {
  return new MockServer(options);
}
