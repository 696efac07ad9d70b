import {
  type DefaultError,
  type DefinedInitialDataOptions,
  type DefinedUseQueryResult,
  type QueryClient,
  type QueryKey,
  type UndefinedInitialDataOptions,
  type UseQueryOptions,
  type UseQueryResult,
  useQuery,
} from '@tanstack/react-query';
import {
  passQueryFn,
  type RealtimeQueryOptions,
  type UseRealtimeQueryResult,
  useLiveQuery,
} from './live-query.ts';

/**
 * `useQuery` whose rows stay in step with the server while the component is mounted. Needs
 * a `createRealtimeIntegration` on the same query client; without one, with `enableRealtime:
 * false` and with `enabled: false` it is `useQuery` and opens nothing.
 *
 * A component that does not read `realtime` is not rendered when only that changes.
 *
 * @throws TidemarkError `unknown_entity` or `bad_filter` while rendering
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
  const live = useLiveQuery(options, queryClient, passQueryFn);
  return live.withRealtime(useQuery(live.options, queryClient));
}
