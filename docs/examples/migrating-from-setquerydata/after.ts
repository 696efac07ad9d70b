import type { QueryClient } from '@tanstack/react-query';
import { createRealtimeIntegration } from 'tidemark';
import { useRealtimeQuery } from 'tidemark/react';
import { projectsApi } from './projects-api.ts';

export const useActiveProjects = () =>
  useRealtimeQuery({
    queryKey: ['projects', 'list', { status: 'active' }],
    queryFn: projectsApi.active,
    realtimeEntity: 'projects',
    realtimeFilter: 'status=eq.active',
  });
export const useProject = (id: number) =>
  useRealtimeQuery({
    queryKey: ['projects', 'detail', id],
    queryFn: () => projectsApi.get(id),
    realtimeEntity: 'projects',
  });

export function connect(queryClient: QueryClient): () => void {
  const integration = createRealtimeIntegration(queryClient, {
    websocketUrl: 'wss://example.com/events',
    dialect: 'plain', // events, and no more: what the server before sent
  });
  integration.start();
  return () => integration.dispose();
}
