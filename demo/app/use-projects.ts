import { useRealtimeQuery } from 'tidemark/react';
import { listProjects } from './api.ts';

export const PROJECTS_KEY = ['projects', 'list'] as const;

/** All projects, kept in step with the server. */
export function useProjects() {
  return useRealtimeQuery({
    queryKey: PROJECTS_KEY,
    queryFn: listProjects,
    realtimeEntity: 'projects',
    realtimeOrder: 'id.asc',
    enableRealtime: true,
  });
}
