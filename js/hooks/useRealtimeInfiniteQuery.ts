import {
  type DefaultError,
  type InfiniteData,
  type QueryClient,
  type QueryKey,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
  useInfiniteQuery,
} from '@tanstack/react-query';
import type { PageEdges } from '../realtime/pages-envelope.ts';
import {
  type RealtimeQueryOptions,
  type UseRealtimeQueryResult,
  useLiveQuery,
} from './live-query.ts';

/** What `useRealtimeInfiniteQuery` takes besides the options of `useInfiniteQuery`. */
export type RealtimeInfiniteQueryOptions = Omit<
  RealtimeQueryOptions,
  'realtimeEntity' | 'realtimeId' | 'realtimeLimit' | 'realtimeOffset'
> & { realtimeEntity: string };

/**
 * `useInfiniteQuery` whose rows stay in step with the server, as with `useRealtimeQuery`. Rows
 * change and go in the page that they are in. With `realtimeOrder`, which must say the order
 * in which the server sends them, a new row goes where it belongs among the rows that are
 * loaded; one that belongs beyond them comes with its page. Without it a new row leads to a
 * refetch of the pages, unless the last one is loaded: then it goes there.
 *
 * @throws TidemarkError `unknown_entity` or `bad_filter` while rendering
 */
export function useRealtimeInfiniteQuery<
  TQueryFnData,
  TError = DefaultError,
  TData = InfiniteData<TQueryFnData>,
  TQueryKey extends QueryKey = QueryKey,
  TPageParam = unknown,
>(
  options: UseInfiniteQueryOptions<TQueryFnData, TError, TData, TQueryKey, TPageParam> &
    RealtimeInfiniteQueryOptions,
  queryClient?: QueryClient,
): UseRealtimeQueryResult<UseInfiniteQueryResult<TData, TError>> {
  type FetchPages = (context: unknown) => unknown;
  type Persist = (fetchPages: FetchPages, context: unknown, query: unknown) => unknown;
  const { getNextPageParam, getPreviousPageParam } = options;

  function edgesOf({ pages, pageParams }: InfiniteData<unknown>): PageEdges {
    const data = pages as TQueryFnData[];
    const params = pageParams as TPageParam[];
    const [first, last] = [data[0], data.at(-1)] as [TQueryFnData, TQueryFnData];
    const [firstParam, lastParam] = [params[0], params.at(-1)] as [TPageParam, TPageParam];
    const isNone = (param: unknown): boolean => param === undefined || param === null;
    if (data.length === 0) return { start: true, end: true };
    return {
      start: isNone(getPreviousPageParam?.(first, data, firstParam, params)),
      end: isNone(getNextPageParam(last, data, lastParam, params)),
    };
  }

  const live = useLiveQuery(options, queryClient, {
    edgesOf,
    // The persister is handed all of a fetch, however many pages that takes; the query
    // function would be called for each of them. The user's is around it, because what that
    // restores is no answer of the server's.
    through: ({ persister }, fetch) => {
      const persist = persister as Persist | undefined;
      const pass: Persist = (fetchPages, context, query) => {
        const fetched: FetchPages = (given) => fetch(() => fetchPages(given));
        return persist ? persist(fetched, context, query) : fetched(context);
      };
      return { persister: pass };
    },
  });
  return live.withRealtime(useInfiniteQuery(live.options, queryClient));
}
