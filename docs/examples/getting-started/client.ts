import { QueryClient } from '@tanstack/react-query';
import { createRealtimeIntegration } from 'tidemark';
import { configureApi } from 'tidemark/entities';
import { tasks } from './tasks.ts';

configureApi({ baseUrl: '/' }); // this server's rows are at /tasks; the default is /api/tasks

export const queryClient = new QueryClient();

createRealtimeIntegration(queryClient, {
  websocketUrl: '/realtime',
  protocol: 'sse', // all that this server speaks
  entities: [tasks],
}).start();
