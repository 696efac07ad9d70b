import type { QueryClient } from '@tanstack/react-query';
import { createRealtimeIntegration, type SupabaseClientLike } from 'tidemark';
import { defineEntity } from 'tidemark/entities';
import { useRealtimeQuery } from 'tidemark/react';
import { openTasks } from './tasks-api.ts';

const tasks = defineEntity({
  name: 'tasks',
  table: 'tasks',
  idField: 'id',
  versionField: 'updated_at',
  queryKeys: { list: ['tasks', 'list'] },
});

export const useOpenTasks = () =>
  useRealtimeQuery({
    queryKey: ['tasks', 'list', { status: 'open' }],
    queryFn: openTasks,
    realtimeEntity: 'tasks',
    realtimeFilter: 'status=eq.open',
  });

export function connect(queryClient: QueryClient, supabase: SupabaseClientLike) {
  const integration = createRealtimeIntegration(queryClient, { supabase, entities: [tasks] });
  integration.start();
  return () => integration.dispose();
}
