import type { CoreSource } from '../core/core-source.ts';
import type { Conflict, RealtimeEvent, RowId } from '../core/effects.ts';
import type { EntityDefinition } from '../entities/definitions.ts';
import type { FlushOptions } from './flush-queue.ts';
import type { LinkOptions } from './link-options.ts';

/**
 * Options of `createRealtimeIntegration`. All times in milliseconds. The first four default
 * to the environment variables `REACT_APP_WS_URL`, `REACT_APP_ENABLE_WEBSOCKET`,
 * `REACT_APP_ENABLE_POLLING_FALLBACK` and `REACT_APP_POLLING_INTERVAL`, `supabase` to
 * `REACT_APP_SUPABASE_URL` and `REACT_APP_SUPABASE_ANON_KEY` where no address is given (all also
 * with `VITE_` or `NEXT_PUBLIC_` for `REACT_APP_`).
 */
export interface RealtimeIntegrationOptions extends LinkOptions, FlushOptions, CoreSource {
  /** The server's WebSocket address. Without one, and without `supabase`, there is only polling. */
  websocketUrl?: string | undefined;
  /** WebSocket, and SSE where that fails. Default true. */
  enableWebSocket?: boolean | undefined;
  /** Refetch the observed queries regularly while there is no link. Default true. */
  enablePollingFallback?: boolean | undefined;
  /** How often each query on the page is read while there is no link. Default 10000. */
  pollingInterval?: number | undefined;
  /** How often a query that is derived from rows is read again at the most. Default 500. */
  derivedInterval?: number | undefined;
  /**
   * Whether it works where there is no page too. Default: only when given a `WebSocket`. On a
   * server that renders, `start` opens nothing, queries are plain ones, and no core is loaded.
   */
  server?: boolean | undefined;
  /** Which entities there are and which query keys show them. Default `defaultEntities`. */
  entities?: readonly EntityDefinition[] | undefined;
  /** Called once for each event. */
  onEvent?: ((event: RealtimeEvent) => void) | undefined;
  /** Somebody else changed a field that a pending edit changes. The entity's policy decides. */
  onConflict?: ((conflict: Conflict) => void) | undefined;
  /**
   * Keep edits that the server has not answered in IndexedDB, so that the next page sends what a
   * reload, or a closed tab, left; each entity's `send` says how. A request that fails on its way
   * then leaves the edit pending, and is tried again. `name` is the database's, by default
   * `tidemark-edits`: give each signed-in user another, or one user's edits are sent as the
   * next's. Default false.
   */
  persistEdits?: boolean | { name?: string | undefined } | undefined;
  /** A row that was inserted here under a temporary id has the server's. */
  onRename?: ((entity: string, from: RowId, to: RowId) => void) | undefined;
}
