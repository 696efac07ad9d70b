import { createAsyncStoragePersister } from '@tanstack/query-async-storage-persister';
import { QueryClient } from '@tanstack/react-query';
import { createRealtimeIntegration } from 'tidemark';
import { configureApi, withRest } from 'tidemark/entities';
import { tasks } from '../getting-started/tasks.ts';

const DAY = 24 * 60 * 60 * 1000;

configureApi({ baseUrl: '/' });

// #region rows
export const queryClient = new QueryClient({ defaultOptions: { queries: { gcTime: DAY } } });
export const persister = createAsyncStoragePersister({ storage: window.localStorage });
// #endregion rows

// #region edits
export const integration = createRealtimeIntegration(queryClient, {
  websocketUrl: '/realtime',
  protocol: 'sse',
  entities: [withRest(tasks)],
  persistEdits: { name: 'edits-of-sara' }, // a name for each user
});
integration.start();
// #endregion edits
