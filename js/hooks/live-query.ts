import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';
import { skipToken, useIsRestoring, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { RowId } from '../core/effects.ts';
import { getIntegration } from '../realtime/attachment.ts';
import type { QueryBindingSpec } from '../realtime/binding-spec.ts';
import type { RealtimeIntegration } from '../realtime/integration.ts';
import { IDLE } from '../realtime/link-state.ts';
import { checkFilter, checkRows } from '../realtime/query-check.ts';
import { type RealtimeState, unboundState } from '../realtime/realtime-state.ts';

/** What `useRealtimeQuery` takes besides the options of `useQuery`. */
export interface RealtimeQueryOptions {
  /**
   * Whose rows the query shows, by entity or table name. An array when its data is derived from
   * their rows, as totals are: a change leads to a refetch, a burst of them to one.
   */
  realtimeEntity: string | readonly string[];
  /** Which of them, `column=op.value,…`; must say the same as the query function asks for. */
  realtimeFilter?: string | undefined;
  /** `column.asc,column.desc`; without it rows keep the server's order and new ones go last. */
  realtimeOrder?: string | undefined;
  /**
   * The data is one page of the list, the first so many rows: what comes in pushes the last one
   * out, and when one leaves the page is read again, unless the query function gave some rows more
   * than are shown. Without `realtimeOrder` every row that comes in leads to that.
   */
  realtimeLimit?: number | undefined;
  /** How many rows are left out before that page. Default 0. */
  realtimeOffset?: number | undefined;
  /** Where the data holds its array or row; found by itself at the root and in `data`. */
  realtimePath?: string | undefined;
  /** The data is the row of this id. Found by itself in a key as `['projects', 'detail', id]`. */
  realtimeId?: RowId | undefined;
  /** False makes it a plain `useQuery` that no event touches. Default true. */
  enableRealtime?: boolean | undefined;
}

/** The result of `useQuery` and how fresh it is. */
export type UseRealtimeQueryResult<Result> = Result & { readonly realtime: RealtimeState };

const OFF: RealtimeState = Object.freeze(unboundState(IDLE));
const getOff = (): RealtimeState => OFF;

const never = () => () => {};
/** False on a server, and while the page takes over what that rendered. */
const useIsPage = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );

/** What of a query's options is looked at here; the rest passes through. */
interface QueryOptionsLike {
  queryKey: QueryKey;
  queryFn?: unknown;
  persister?: unknown;
  structuralSharing?: unknown;
  meta?: Record<string, unknown> | undefined;
}

interface LiveQuery<Options> {
  /** The options without those that are ours, the data passing through the core. */
  readonly options: Omit<Options, keyof RealtimeQueryOptions>;
  /** The query's result with `realtime` added. Call it in each render. */
  withRealtime<Result extends object>(result: Result): UseRealtimeQueryResult<Result>;
}

type Sharing = Parameters<RealtimeIntegration['share']>[3];

/** How a hook's data passes through the core. */
interface Passage {
  edgesOf?: QueryBindingSpec['edgesOf'];
  /** The options that fetch the data, wrapped in `fetch`. */
  through(options: QueryOptionsLike, fetch: Fetch): Partial<QueryOptionsLike>;
}

type Fetch = <T>(queryFn: () => T | Promise<T>) => Promise<T>;

/**
 * What the realtime hooks share: observes the query while the component is mounted. Comes
 * before the hook of TanStack Query, so that the view is there when the mounted query fetches.
 *
 * @throws TidemarkError `unknown_entity`, `bad_filter`, `bad_option`
 */
export function useLiveQuery<Options extends QueryOptionsLike & RealtimeQueryOptions>(
  options: Options,
  queryClient: QueryClient | undefined,
  passage: Passage,
): LiveQuery<Options> {
  const {
    realtimeEntity,
    realtimeFilter,
    realtimeOrder,
    realtimeLimit,
    realtimeOffset,
    realtimePath,
    realtimeId,
    enableRealtime = true,
    ...queryOptions
  } = options;
  checkFilter(realtimeFilter, 'realtimeFilter');
  checkRows('realtimeLimit', realtimeLimit, 1);
  checkRows('realtimeOffset', realtimeOffset, 0);
  const client = useQueryClient(queryClient);
  const defaulted = client.defaultQueryOptions(queryOptions as { queryKey: QueryKey });
  const integration = enableRealtime ? getIntegration(client) : undefined;
  const live = isEnabled(client, defaulted) ? integration : undefined;
  const names = typeof realtimeEntity === 'string' ? [realtimeEntity] : realtimeEntity;
  for (const name of names) live?.entity(name);

  const spec: QueryBindingSpec = {
    queryKey: queryOptions.queryKey,
    entity: realtimeEntity,
    filter: realtimeFilter,
    order: realtimeOrder,
    limit: realtimeLimit,
    offset: realtimeOffset,
    path: realtimePath,
    id: realtimeId,
    edgesOf: passage.edgesOf,
  };
  const { queryHash } = defaulted;
  // A query that a persister restores is not read meanwhile, and may be taken for fresh after.
  const isRestoring = useIsRestoring();

  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash stands for the key, and the names for the entities, which are new arrays at each render
  useEffect(() => {
    const handle = isRestoring ? undefined : live?.observe(spec);
    return () => handle?.release();
  }, [
    live,
    isRestoring,
    queryHash,
    names.join(),
    realtimeFilter,
    realtimeOrder,
    realtimeLimit,
    realtimeOffset,
    realtimePath,
    realtimeId,
  ]);

  const readsRealtime = useRef(false);
  const isPage = useIsPage();
  const subscribe = useCallback(
    (changed: () => void) => live?.watch(queryHash, changed) ?? (() => {}),
    [live, queryHash],
  );

  return {
    options: (live
      ? {
          ...queryOptions,
          structuralSharing: (before: unknown, after: unknown): unknown =>
            live.share(queryHash, before, after, defaulted.structuralSharing as Sharing),
          ...passage.through(defaulted, (queryFn) => live.fetch(spec, queryFn)),
        }
      : enableRealtime
        ? queryOptions
        : { ...queryOptions, meta: { ...defaulted.meta, realtime: false } }) as Omit<
      Options,
      keyof RealtimeQueryOptions
    >,
    withRealtime: (result) => {
      // biome-ignore lint/correctness/useHookAtTopLevel: each hook calls it once in each render
      useSyncExternalStore(
        subscribe,
        () => (live && readsRealtime.current ? live.realtime(queryHash) : OFF),
        getOff,
      );
      return addRealtime(result, () => {
        readsRealtime.current = true;
        return (isPage && live?.realtime(queryHash)) || OFF;
      });
    },
  };
}

function isEnabled(client: QueryClient, defaulted: object): boolean {
  const { enabled, queryHash, queryFn, subscribed } = defaulted as {
    queryHash: string;
    queryFn?: unknown;
    enabled?: boolean | ((query: Query) => boolean);
    subscribed?: boolean;
  };
  if (queryFn === skipToken || subscribed === false) return false;
  if (typeof enabled !== 'function') return enabled !== false;
  const query = client.getQueryCache().get(queryHash);
  return !query || enabled(query) !== false;
}

/**
 * The result with `realtime` added. Getters, because reading a member of the result is what
 * tells TanStack Query that the component depends on it.
 */
function addRealtime<Result extends object>(
  result: Result,
  readRealtime: () => RealtimeState,
): UseRealtimeQueryResult<Result> {
  const properties: PropertyDescriptorMap = {
    realtime: { enumerable: true, get: readRealtime },
  };
  for (const key of Object.keys(result)) {
    properties[key] = { enumerable: true, get: () => Reflect.get(result, key) };
  }
  return Object.defineProperties({}, properties) as UseRealtimeQueryResult<Result>;
}

/** For a query whose query function answers with all of its data. */
export const passQueryFn: Passage = {
  through: ({ queryFn }, fetch) =>
    typeof queryFn === 'function'
      ? { queryFn: (context: unknown) => fetch(() => queryFn(context)) }
      : {},
};
