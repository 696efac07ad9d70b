import {
  type DefaultError,
  type DefinedInitialDataOptions,
  type DefinedUseQueryResult,
  type Query,
  type QueryClient,
  type QueryFunctionContext,
  type QueryKey,
  skipToken,
  type UndefinedInitialDataOptions,
  type UseQueryOptions,
  type UseQueryResult,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { getIntegration } from '../realtime/attachment.ts';
import { IDLE } from '../realtime/link-state.ts';
import {
  type QueryBindingSpec,
  type RealtimeState,
  unboundState,
} from '../realtime/query-binding.ts';
import type { RealtimeIntegration } from '../realtime/react-query-integration.ts';

/** What `useRealtimeQuery` takes besides the options of `useQuery`. */
export interface RealtimeQueryOptions {
  /** Whose rows the query shows, by entity or table name. */
  realtimeEntity: string;
  /** Which of them, `column=op.value,…`; must say the same as the query function asks for. */
  realtimeFilter?: string | undefined;
  /** `column.asc,column.desc`; without it rows keep the server's order and new ones go last. */
  realtimeOrder?: string | undefined;
  /** Where the data holds its array; found by itself at the root and in `data`. */
  realtimePath?: string | undefined;
  /** False makes it a plain `useQuery` that no event touches. Default true. */
  enableRealtime?: boolean | undefined;
}

/** The result of `useQuery` and how fresh it is. */
export type UseRealtimeQueryResult<Result> = Result & { readonly realtime: RealtimeState };

const OFF: RealtimeState = Object.freeze(unboundState(IDLE));
const getOff = (): RealtimeState => OFF;

/**
 * `useQuery` whose rows stay in step with the server while the component is mounted. Needs
 * a `createRealtimeIntegration` on the same query client; without one, with `enableRealtime:
 * false` and with `enabled: false` it is `useQuery` and opens nothing.
 *
 * A component that does not read `realtime` is not rendered when only that changes.
 *
 * @throws TidemarkError `unknown_entity` while rendering
 */
export function useRealtimeQuery<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  TQueryKey extends QueryKey = QueryKey,
>(
  options: DefinedInitialDataOptions<TQueryFnData, TError, TData, TQueryKey> & RealtimeQueryOptions,
  queryClient?: QueryClient,
): UseRealtimeQueryResult<DefinedUseQueryResult<NoInfer<TData>, TError>>;
export function useRealtimeQuery<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  TQueryKey extends QueryKey = QueryKey,
>(
  options: UndefinedInitialDataOptions<TQueryFnData, TError, TData, TQueryKey> &
    RealtimeQueryOptions,
  queryClient?: QueryClient,
): UseRealtimeQueryResult<UseQueryResult<NoInfer<TData>, TError>>;
export function useRealtimeQuery<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  TQueryKey extends QueryKey = QueryKey,
>(
  options: UseQueryOptions<TQueryFnData, TError, TData, TQueryKey> & RealtimeQueryOptions,
  queryClient?: QueryClient,
): UseRealtimeQueryResult<UseQueryResult<NoInfer<TData>, TError>>;
export function useRealtimeQuery<TQueryFnData, TError, TData, TQueryKey extends QueryKey>(
  options: UseQueryOptions<TQueryFnData, TError, TData, TQueryKey> & RealtimeQueryOptions,
  queryClient?: QueryClient,
): UseRealtimeQueryResult<UseQueryResult<TData, TError>> {
  const {
    realtimeEntity,
    realtimeFilter,
    realtimeOrder,
    realtimePath,
    enableRealtime = true,
    ...queryOptions
  } = options;
  const client = useQueryClient(queryClient);
  const defaulted = client.defaultQueryOptions(queryOptions);
  const integration = enableRealtime ? getIntegration(client) : undefined;
  const live = isEnabled(client, defaulted) ? integration : undefined;
  live?.entity(realtimeEntity);

  const spec: QueryBindingSpec = {
    queryKey: queryOptions.queryKey,
    entity: realtimeEntity,
    filter: realtimeFilter,
    order: realtimeOrder,
    path: realtimePath,
  };
  const { queryHash } = defaulted;

  // Before useQuery, so that the view is there when the mounted query fetches.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash stands for the key, which is a new array at each render
  useEffect(() => {
    const handle = live?.observe(spec);
    return () => handle?.release();
  }, [live, queryHash, realtimeEntity, realtimeFilter, realtimeOrder, realtimePath]);

  const result = useQuery(
    live
      ? throughCore(live, spec, queryOptions, defaulted)
      : enableRealtime
        ? queryOptions
        : { ...queryOptions, meta: { ...defaulted.meta, realtime: false } },
    queryClient,
  );

  const readsRealtime = useRef(false);
  const subscribe = useCallback(
    (changed: () => void) => live?.watch(queryHash, changed) ?? (() => {}),
    [live, queryHash],
  );
  useSyncExternalStore(
    subscribe,
    () => (live && readsRealtime.current ? live.realtime(queryHash) : OFF),
    getOff,
  );
  return withRealtime(result, () => {
    readsRealtime.current = true;
    return live?.realtime(queryHash) ?? OFF;
  });
}

type Defaulted = ReturnType<QueryClient['defaultQueryOptions']>;

function isEnabled(client: QueryClient, defaulted: object): boolean {
  const { enabled, queryHash, queryFn, subscribed } = defaulted as Defaulted & {
    enabled?: boolean | ((query: Query) => boolean);
    subscribed?: boolean;
  };
  if (queryFn === skipToken || subscribed === false) return false;
  if (typeof enabled !== 'function') return enabled !== false;
  const query = client.getQueryCache().get(queryHash);
  return !query || enabled(query) !== false;
}

/** The same query, its data passing through the core. */
function throughCore<TQueryFnData, TError, TData, TQueryKey extends QueryKey>(
  integration: RealtimeIntegration,
  spec: QueryBindingSpec,
  options: UseQueryOptions<TQueryFnData, TError, TData, TQueryKey>,
  defaulted: UseQueryOptions<TQueryFnData, TError, TData, TQueryKey> & { queryHash: string },
): UseQueryOptions<TQueryFnData, TError, TData, TQueryKey> {
  const { queryFn, structuralSharing, queryHash } = defaulted;
  const sharing = (before: unknown, after: unknown): unknown =>
    integration.share(queryHash, before, after, structuralSharing);
  if (typeof queryFn !== 'function') return { ...options, structuralSharing: sharing };
  return {
    ...options,
    structuralSharing: sharing,
    queryFn: (context: QueryFunctionContext<TQueryKey>) =>
      integration.fetch(spec, () => queryFn(context)),
  };
}

/**
 * The result with `realtime` added. Getters, because reading a member of the result is what
 * tells TanStack Query that the component depends on it.
 */
function withRealtime<Result extends object>(
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
