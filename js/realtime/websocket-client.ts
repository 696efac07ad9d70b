import type { CoreSource } from '../core/core-source.ts';
import type { ConnectionQuality, RealtimeEvent, Status, Transport } from '../core/effects.ts';
import type { EngineStats } from '../core/engine.ts';
import { TidemarkError } from '../core/errors.ts';
import type { RecorderHandle, RecordOptions } from '../core/recording.ts';
import { callSafely, reporter } from './callbacks.ts';
import { Connection } from './connection.ts';
import type { EngineLike, LoadEngine } from './driver-options.ts';
import { type LinkOptions, linkTransports } from './link-options.ts';
import { linkTarget } from './link-target.ts';

/** Is handed each event. What it throws is reported as `callback_failed`. */
export type EventHandler = (event: RealtimeEvent) => void;

/** Options of `createWebSocketClient`. All times in milliseconds. */
export interface WebSocketClientOptions extends LinkOptions, CoreSource {
  /** The server's WebSocket address, `ws://localhost:3000/realtime`; not needed with `supabase`. */
  url?: string | undefined;
  /** Connect on the next microtask, without waiting for `connect()`. Default true. */
  autoConnect?: boolean | undefined;
  /** Called each time that a link is there. */
  onConnect?: (() => void) | undefined;
  /** Called once for each event, however often and over whatever link it arrives. */
  onMessage?: EventHandler | undefined;
  /** Called each time that it is lost, or closed from here. */
  onDisconnect?: (() => void) | undefined;
}

interface Subscriber {
  entity: string;
  filter: string;
  handler: EventHandler;
  onResync: (() => void) | undefined;
  /** The core's number; undefined until there is one. */
  sub: number | undefined;
}

/** What `createWebSocketClient` returns. */
export interface WebSocketClient {
  /** Of the link. */
  readonly status: Status;
  /** What carries events now; null while nothing does. */
  readonly transport: Transport | null;
  /** How good the connection is; the same object until that changes. */
  readonly quality: ConnectionQuality;
  /** Opens a link, unless there is one; also after status `error`. */
  connect(): void;
  /** Closes the link; subscriptions are kept for the next `connect`. */
  disconnect(): void;
  /** Sends text, or anything else as JSON. False when there is no open link to send it on. */
  send(message: unknown): boolean;
  /**
   * Asks the server for an entity's events, `filter` as `column=op.value,…` or empty for all.
   * Returns what ends it. A refused filter goes to `onError`.
   *
   * `onResync` is called when the server could not replay what was missed while the link was
   * down: what was built from the events is to be read again.
   */
  subscribe(
    entity: string,
    filter: string | undefined,
    handler: EventHandler,
    onResync?: () => void,
  ): () => void;
  /** Counters of the core; null until it has loaded. */
  stats(): EngineStats | null;
  /**
   * Keeps the newest inputs of the core, for `replay`. Call it before the first connect: in
   * the turn that creates the client, or with `autoConnect: false`; or, later, with `restart`.
   *
   * @throws TidemarkError `record_too_late`
   */
  record(options?: RecordOptions): RecorderHandle;
  /** Ends it for good and frees the core. */
  dispose(): void;
}

/**
 * A connection to a Tidemark server: reconnects, falls back to SSE, and delivers each event
 * once.
 *
 * @throws TidemarkError `bad_option` for a bad URL, interval or count
 */
export function createWebSocketClient(
  options: WebSocketClientOptions,
  internals: { loadEngine?: LoadEngine } = {},
): WebSocketClient {
  const report = reporter(options.onError);
  const subscribers = new Set<Subscriber>();
  let wanted = options.autoConnect !== false;
  let disposed = false;

  const of = (sub: number) => [...subscribers].filter((each) => each.sub === sub);
  const resync = ({ onResync }: Subscriber) => callSafely(report, 'onResync', () => onResync?.());
  const open = (entry: Subscriber, engine: EngineLike, now: number): void => {
    // After a core was lost it is opened with all others, and its own turn comes later.
    if (entry.sub !== undefined) return;
    // No rows are kept here; the version is what lets a sibling tab's event in.
    engine.defineEntity({ name: entry.entity, versionField: 'version' });
    entry.sub = engine.subscribe(entry.entity, entry.filter, now);
  };

  const target = linkTarget('url', options.url, options);
  if (!target) throw new TidemarkError('bad_option', 'a url is needed, or a supabase project');
  const connection = new Connection({
    target,
    options,
    report,
    config: { transports: linkTransports(options) },
    loadEngine: internals.loadEngine,
    handlers: {
      event: ({ subs, repeated, event }) => {
        if (!repeated) callSafely(report, 'onMessage', () => options.onMessage?.(event));
        for (const { handler } of subs.flatMap(of)) {
          callSafely(report, 'a subscription handler', () => handler(event));
        }
      },
      resync: ({ sub }) => {
        for (const each of of(sub)) resync(each);
      },
      refused: ({ code, message }) => report(new TidemarkError(code, message)),
      lost: () => {
        for (const each of subscribers) each.sub = undefined;
      },
      rebuilt: (engine, now) => {
        for (const each of [...subscribers]) {
          open(each, engine, now);
          resync(each);
        }
      },
    },
  });
  const { driver, state } = connection;
  state.subscribe(({ status }, { status: before }) => {
    if (status === before) return;
    if (status === 'connected') callSafely(report, 'onConnect', () => options.onConnect?.());
    if (before === 'connected') callSafely(report, 'onDisconnect', () => options.onDisconnect?.());
  });

  const client: WebSocketClient = {
    get status() {
      return state.current.status;
    },
    get transport() {
      return state.current.transport;
    },
    get quality() {
      return state.current.quality;
    },
    connect() {
      wanted = true;
      connection.connect();
    },
    disconnect() {
      wanted = false;
      connection.disconnect();
    },
    send(message) {
      if (!driver.engine) return false;
      const text = typeof message === 'string' ? message : JSON.stringify(message);
      let sent = false;
      driver.run((engine, now) => {
        sent = engine.send(text, now);
      });
      return sent;
    },
    subscribe(entity, filter, handler, onResync) {
      // An object, so that the same function given twice counts twice.
      const entry: Subscriber = {
        entity,
        filter: filter ?? '',
        handler,
        onResync,
        sub: undefined,
      };
      subscribers.add(entry);
      driver.run((engine, now) => {
        if (subscribers.has(entry)) open(entry, engine, now);
      });
      return () => {
        if (!subscribers.delete(entry) || disposed) return;
        driver.run((engine, now) => {
          if (entry.sub !== undefined) engine.unsubscribe(entry.sub, now);
        });
      };
    },
    stats: () => connection.stats(),
    record: (recordOptions) => connection.record(recordOptions),
    dispose() {
      disposed = true;
      connection.dispose();
    },
  };

  if (wanted) {
    queueMicrotask(() => {
      if (wanted) client.connect();
    });
  }
  return client;
}
