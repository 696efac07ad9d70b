export {
  type RealtimeMutationOptions,
  type UseRealtimeMutationOptions,
  useRealtimeMutation,
} from './hooks/useRealtimeMutation.ts';
export {
  type RealtimeQueryOptions,
  type UseRealtimeQueryResult,
  useRealtimeQuery,
} from './hooks/useRealtimeQuery.ts';
export { useRealtimeStatus } from './hooks/useRealtimeStatus.ts';
export type { LinkState } from './realtime/link-state.ts';
export type { RealtimeState } from './realtime/query-binding.ts';
