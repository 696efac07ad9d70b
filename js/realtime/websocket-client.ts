import type { RealtimeEvent, Status, Transport } from '../core/effects.ts';
import type { EngineStats } from '../core/engine.ts';
import type { TidemarkError } from '../core/errors.ts';
import { callSafely, reporter } from './callbacks.ts';
import { Driver, type LoadEngine } from './driver.ts';
import { IDLE, isIdle, LinkStateHolder } from './link-state.ts';
import { checkCount, checkIntervals, checkUrl } from './options.ts';
import type { EventSourceConstructor, WebSocketConstructor } from './transports.ts';

export type EventHandler = (event: RealtimeEvent) => void;

/** Options of `createWebSocketClient`. All times in milliseconds. */
export interface WebSocketClientOptions {
  /** The server's WebSocket address, `ws://localhost:3000/realtime`. */
  url: string;
  /** Whether a lost connection is opened again. Default true. */
  reconnect?: boolean | undefined;
  /** First step of the backoff, which doubles up to 30 s with full jitter. Default 3000. */
  reconnectInterval?: number | undefined;
  /** Failed attempts in a row before giving up with status `error`. */
  maxReconnectAttempts?: number | undefined;
  /** How often a quiet link is tested with a ping. Default 30000. */
  heartbeatInterval?: number | undefined;
  /** How often WebSocket is tried again while SSE serves. Default 15000. */
  probeInterval?: number | undefined;
  /** Failed opens of WebSocket before SSE is taken. Default 2. */
  fallbackAfter?: number | undefined;
  /** `auto` (default) takes SSE where WebSocket fails, and goes back when it works again. */
  protocol?: 'websocket' | 'sse' | 'auto' | undefined;
  /** Connect on the next microtask, without waiting for `connect()`. Default true. */
  autoConnect?: boolean | undefined;
  /** Constructor to use; needed in Node 20. Default `globalThis.WebSocket`. */
  WebSocket?: WebSocketConstructor | undefined;
  /** Constructor to use; needed in Node. Default `globalThis.EventSource`. */
  EventSource?: EventSourceConstructor | undefined;
  /** Default: `url` over http(s) with `/sse` after its path. */
  sseUrl?: string | undefined;
  onConnect?: (() => void) | undefined;
  /** Called once for each event, however often and over whatever link it arrives. */
  onMessage?: EventHandler | undefined;
  onDisconnect?: (() => void) | undefined;
  onStatusChange?: ((status: Status) => void) | undefined;
  /**
   * Bad frames, refused subscriptions, callbacks that threw (`callback_failed`), a core that
   * does not load (`core_unavailable`). Default: the console.
   */
  onError?: ((error: TidemarkError) => void) | undefined;
}

export interface WebSocketClient {
  readonly status: Status;
  /** What carries events now; null while nothing does. */
  readonly transport: Transport | null;
  connect(): void;
  /** Closes the link; subscriptions are kept for the next `connect`. */
  disconnect(): void;
  /** Sends text, or anything else as JSON. False when there is no open link to send it on. */
  send(message: unknown): boolean;
  /**
   * Asks the server for an entity's events, `filter` as `column=op.value,…` or empty for all.
   * Returns what ends it. A refused filter goes to `onError`.
   */
  subscribe(entity: string, filter: string | undefined, handler: EventHandler): () => void;
  /** Counters of the core; null until it has loaded. */
  stats(): EngineStats | null;
  /** Ends it for good and frees the core. */
  dispose(): void;
}

const TRANSPORTS = {
  websocket: ['websocket'],
  sse: ['sse'],
  auto: ['websocket', 'sse'],
} as const;

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
  const { reconnectInterval, heartbeatInterval, probeInterval, protocol = 'auto' } = options;
  const url = checkUrl('url', options.url);
  const sseUrl = options.sseUrl === undefined ? undefined : checkUrl('sseUrl', options.sseUrl);
  checkIntervals({ reconnectInterval, heartbeatInterval, probeInterval });
  const report = reporter(options.onError);
  const state = new LinkStateHolder(report);
  const handlers = new Map<number, Set<EventHandler>>();
  let wanted = options.autoConnect !== false;
  let disposed = false;

  state.subscribe(({ status }, { status: before }) => {
    if (status === before) return;
    callSafely(report, 'onStatusChange', () => options.onStatusChange?.(status));
    if (status === 'connected') callSafely(report, 'onConnect', () => options.onConnect?.());
    if (before === 'connected') callSafely(report, 'onDisconnect', () => options.onDisconnect?.());
  });

  const driver = new Driver({
    config: {
      transports: TRANSPORTS[protocol],
      reconnect: options.reconnect,
      reconnectInterval,
      maxReconnectAttempts: checkCount('maxReconnectAttempts', options.maxReconnectAttempts, 0),
      heartbeatInterval,
      probeInterval,
      fallbackAfter: checkCount('fallbackAfter', options.fallbackAfter, 1),
      deliverEvents: true,
    },
    links: { url, sseUrl, WebSocket: options.WebSocket, EventSource: options.EventSource },
    loadEngine: internals.loadEngine,
    handlers: {
      status: (effect) => state.set(effect),
      event: ({ subs, repeated, event }) => {
        if (!repeated) callSafely(report, 'onMessage', () => options.onMessage?.(event));
        for (const handler of subs.flatMap((sub) => [...(handlers.get(sub) ?? [])])) {
          callSafely(report, 'a subscription handler', () => handler(event));
        }
      },
      error: (error, fatal) => {
        const failed = fatal && error.code === 'core_unavailable';
        if (failed) state.set({ ...IDLE, status: 'error' });
        report(error);
      },
    },
  });

  const client: WebSocketClient = {
    get status() {
      return state.current.status;
    },
    get transport() {
      return state.current.transport;
    },
    connect() {
      wanted = true;
      if (disposed) return;
      // Said at once: the core, which says it too, may still be loading.
      if (isIdle(state.current)) state.set({ ...IDLE, status: 'connecting' });
      driver.run((engine, now) => engine.connect(now));
    },
    disconnect() {
      wanted = false;
      if (disposed || state.current.status === 'disconnected') return;
      driver.run((engine, now) => engine.disconnect(now));
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
    subscribe(entity, filter, handler) {
      // Wrapped, so that the same function given twice counts twice.
      const entry: EventHandler = (event) => handler(event);
      let sub: number | undefined;
      let ended = false;
      driver.run((engine, now) => {
        if (ended) return;
        // Rows are of no concern here, so any shape will do.
        engine.defineEntity({ name: entity });
        sub = engine.subscribe(entity, filter ?? '', now);
        const entries = handlers.get(sub) ?? new Set();
        handlers.set(sub, entries.add(entry));
      });
      return () => {
        if (ended || disposed) return;
        ended = true;
        const opened = sub;
        if (opened === undefined) return;
        const entries = handlers.get(opened);
        entries?.delete(entry);
        if (entries?.size === 0) handlers.delete(opened);
        driver.run((engine, now) => engine.unsubscribe(opened, now));
      };
    },
    stats: () => driver.stats(),
    dispose() {
      if (disposed) return;
      disposed = true;
      driver.dispose();
      state.set(IDLE);
    },
  };

  if (wanted) {
    queueMicrotask(() => {
      if (wanted) client.connect();
    });
  }
  return client;
}
