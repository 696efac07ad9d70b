import type { Clock } from '../core/clock.ts';
import type { ConnectionQuality, Status } from '../core/effects.ts';
import type { EngineConfig } from '../core/engine.ts';
import type { TidemarkError } from '../core/errors.ts';
import type { WorkerOptions } from '../worker/elsewhere.ts';
import type { Dialect, LinkTarget } from './link-target.ts';
import { checkCount, checkDuration, checkIntervals, checkUrl } from './options.ts';
import type { SupabaseSource } from './supabase.ts';
import type { GetToken } from './tokens.ts';
import type { EventSourceConstructor } from './transports/event-source.ts';
import type { TransportOptions } from './transports/transport.ts';
import type { WebSocketConstructor } from './transports/websocket.ts';

/** What can be said of a connection, whoever makes it. All times in milliseconds. */
export interface LinkOptions extends WorkerOptions {
  /** How the server is spoken to. Default: by its address, else `native`. */
  dialect?: Dialect | undefined;
  /**
   * In the place of an address: a Supabase project's `{ url, key }`, or a client of
   * `@supabase/supabase-js`, whose session's token is used.
   */
  supabase?: SupabaseSource | undefined;
  /** `auto` (default) takes SSE where WebSocket fails, and goes back when it works again. */
  protocol?: 'websocket' | 'sse' | 'auto' | undefined;
  /** Whether a lost connection is opened again. Default true. */
  reconnect?: boolean | undefined;
  /** First step of the backoff, which doubles with full jitter. Default 3000. */
  reconnectInterval?: number | undefined;
  /** Where the doubling ends. Default 30000. */
  maxReconnectInterval?: number | undefined;
  /** Failed attempts in a row before giving up with status `error`. Default 10. */
  maxReconnectAttempts?: number | undefined;
  /** How often a quiet link is tested with a ping. Default 30000. */
  heartbeatInterval?: number | undefined;
  /** How often a better transport is tried while a worse one serves. Default 15000. */
  probeInterval?: number | undefined;
  /** Failed opens of one transport before the next is taken. Default 2. */
  fallbackAfter?: number | undefined;
  /** How long a subscription outlives its last user, so that a remount finds it. Default 1000. */
  linger?: number | undefined;
  /**
   * How many event ids are remembered against repeats (`capacity`, default 10000), and for how many
   * milliseconds (`ttl`; default: until as many newer came).
   */
  dedup?: { capacity?: number | undefined; ttl?: number | undefined } | undefined;
  /**
   * Called before every opening, and when the server refuses the token. A WebSocket sends it
   * as its first message, an event stream as `Authorization: Bearer` (to another origin that
   * takes its consent by CORS); an `EventSource` has no header and relies on cookies. A failure
   * is reported as `token_failed` and tried again.
   */
  getToken?: GetToken | undefined;
  /**
   * Puts the token into the URL as well, as this query parameter, for servers that look
   * nowhere else. URLs end up in logs.
   */
  tokenInUrl?: string | undefined;
  /**
   * Hands events on to this origin's other tabs, over a `BroadcastChannel`. Rows need a
   * version. Default false: it helps only a tab whose own link is down, costs a message a
   * frame, and shows a tab what another one's user may see.
   */
  shareAcrossTabs?: boolean | undefined;
  /** Constructor to use; needed in Node 20. Default `globalThis.WebSocket`. */
  WebSocket?: WebSocketConstructor | undefined;
  /** When given, event streams are read through it; by default with `fetch`. */
  EventSource?: EventSourceConstructor | undefined;
  /** Reads event streams. Default `globalThis.fetch`. */
  fetch?: typeof fetch | undefined;
  /** Whether event streams carry cookies; `include` for other origins. Default `same-origin`. */
  credentials?: RequestCredentials | undefined;
  /**
   * The address of event streams. Default: the WebSocket's over http(s), with `/sse` after its path
   * where the dialect is `native`.
   */
  sseUrl?: string | undefined;
  /**
   * For tests: where the time of backoff, heartbeats, polls and lingering comes from. Default: the
   * machine's clock.
   */
  clock?: Clock | undefined;
  /** Called with each new status. */
  onStatusChange?: ((status: Status) => void) | undefined;
  /** Called when a round trip was measured, a ping was missed, or the link was lost or is back. */
  onQualityChange?: ((quality: ConnectionQuality) => void) | undefined;
  /**
   * Bad frames and responses, refused subscriptions, `token_failed`, callbacks that threw
   * (`callback_failed`), a core that does not load (`core_unavailable`). Default: the console.
   */
  onError?: ((error: TidemarkError) => void) | undefined;
}

const TRANSPORTS = {
  websocket: ['websocket'],
  sse: ['sse'],
  auto: ['websocket', 'sse'],
} as const;

/** The transports that `protocol` stands for, the preferred one first. */
export function linkTransports({
  protocol = 'auto',
}: LinkOptions): readonly ('websocket' | 'sse')[] {
  return TRANSPORTS[protocol];
}

/** @throws TidemarkError `bad_option` */
export function linkConfig(options: LinkOptions, target: LinkTarget | undefined): EngineConfig {
  const { reconnect, reconnectInterval, maxReconnectInterval, heartbeatInterval } = options;
  const { probeInterval, dedup } = options;
  const intervals = { reconnectInterval, maxReconnectInterval, heartbeatInterval, probeInterval };
  checkIntervals({ ...intervals, 'dedup.ttl': dedup?.ttl });
  return {
    ...intervals,
    reconnect,
    maxReconnectAttempts: checkCount('maxReconnectAttempts', options.maxReconnectAttempts, 0),
    fallbackAfter: checkCount('fallbackAfter', options.fallbackAfter, 1),
    linger: checkDuration('linger', options.linger),
    dedupCapacity: checkCount('dedup.capacity', dedup?.capacity, 1, MOST_REMEMBERED),
    dedupTtl: dedup?.ttl,
    dialect: target?.dialect,
    tokens: target?.getToken !== undefined,
    relay: options.shareAcrossTabs === true,
    deliverEvents: true,
  };
}

/** src/config.cpp: room for them is taken in advance. */
const MOST_REMEMBERED = 1_000_000;

/** @throws TidemarkError `bad_option` */
export function linkTransport(
  { url, dialect }: LinkTarget,
  options: LinkOptions,
): TransportOptions {
  const { WebSocket, EventSource, fetch, credentials, tokenInUrl } = options;
  const own = options.sseUrl === undefined ? undefined : checkUrl('sseUrl', options.sseUrl);
  // Only our own servers are known to stream beside the socket.
  const sseUrl = own ?? (dialect === 'native' ? undefined : url);
  return { url, sseUrl, WebSocket, EventSource, fetch, credentials, tokenInUrl };
}
