export type { RealtimeQueryOptions, UseRealtimeQueryResult } from './hooks/live-query.ts';
export {
  type RealtimeInfiniteQueryOptions,
  useRealtimeInfiniteQuery,
} from './hooks/useRealtimeInfiniteQuery.ts';
export {
  type RealtimeMutationOptions,
  type UseRealtimeMutationOptions,
  useRealtimeMutation,
} from './hooks/useRealtimeMutation.ts';
export { useRealtimeQuery } from './hooks/useRealtimeQuery.ts';
export { useRealtimeStatus } from './hooks/useRealtimeStatus.ts';
export { useRealtimeSuspenseQuery } from './hooks/useRealtimeSuspenseQuery.ts';
export type { LinkState } from './realtime/link-state.ts';
export type { RealtimeState } from './realtime/realtime-state.ts';
