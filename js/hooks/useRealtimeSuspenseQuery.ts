import {
  type DefaultError,
  type QueryClient,
  type QueryKey,
  type UseSuspenseQueryOptions,
  type UseSuspenseQueryResult,
  useSuspenseQuery,
} from '@tanstack/react-query';
import {
  passQueryFn,
  type RealtimeQueryOptions,
  type UseRealtimeQueryResult,
  useLiveQuery,
} from './live-query.ts';

/**
 * `useSuspenseQuery` whose rows stay in step with the server, as with `useRealtimeQuery`.
 *
 * @throws TidemarkError `unknown_entity` or `bad_filter` while rendering
 */
export function useRealtimeSuspenseQuery<
  TQueryFnData = unknown,
  TError = DefaultError,
  TData = TQueryFnData,
  TQueryKey extends QueryKey = QueryKey,
>(
  options: UseSuspenseQueryOptions<TQueryFnData, TError, TData, TQueryKey> & RealtimeQueryOptions,
  queryClient?: QueryClient,
): UseRealtimeQueryResult<UseSuspenseQueryResult<TData, TError>> {
  const live = useLiveQuery(options, queryClient, passQueryFn);
  return live.withRealtime(useSuspenseQuery(live.options, queryClient));
}
