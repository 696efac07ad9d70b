import { QueryClient } from '@tanstack/react-query';
import { createRealtimeIntegration } from 'tidemark';
import { useProjects } from 'tidemark/entities';

/** For each request on the server, once in the browser. */
export function createClient(): QueryClient {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 10_000 } } });
  // On a server it opens nothing, so both sides run the same module.
  createRealtimeIntegration(queryClient, { websocketUrl: '/realtime' }).start();
  return queryClient;
}

export function Projects() {
  const { data = [], realtime } = useProjects();
  return (
    <ul data-status={realtime.status}>
      {data.map(({ id, name }) => (
        <li key={id}>{name}</li>
      ))}
    </ul>
  );
}
