import { QueryClient } from '@tanstack/react-query';
import { createRealtimeIntegration } from 'tidemark';
import { useProjects } from 'tidemark/entities';
export const queryClient = new QueryClient();
createRealtimeIntegration(queryClient, { websocketUrl: '/realtime' }).start();
export function Projects() {
  const { data = [] } = useProjects();
  return data.map(({ id, name }) => <p key={id}>{name}</p>);
}
