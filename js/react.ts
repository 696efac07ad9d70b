export {
  type RealtimeQueryOptions,
  type UseRealtimeQueryResult,
  useRealtimeQuery,
} from './hooks/useRealtimeQuery.ts';
export type { RealtimeState } from './realtime/query-binding.ts';
