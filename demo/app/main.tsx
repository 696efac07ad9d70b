import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createRealtimeIntegration } from 'tidemark';
import { configureApi } from 'tidemark/entities';
import { App } from './app.tsx';
import { entities } from './entities.ts';
import { EventHistory } from './event-history.ts';
import { watchedFetch } from './save-faults.ts';
import {
  clientId,
  intervals,
  needsToken,
  readsSupabase,
  websocketUrl,
  workerSettings,
} from './settings.ts';
import './styles/styles.css';
import { createTokenSource } from './token.ts';

configureApi({ fetch: watchedFetch, headers: { 'demo-client': clientId } });

const queryClient = new QueryClient();
const history = new EventHistory();
const integration = createRealtimeIntegration(queryClient, {
  // Without an address the library looks for a Supabase project in the environment.
  websocketUrl: readsSupabase ? undefined : websocketUrl(window.location, clientId),
  ...intervals(window.location.search),
  ...workerSettings(window.location.search),
  ...(needsToken(window.location.search) ? { getToken: createTokenSource() } : {}),
  entities,
  onEvent: (event) => history.add(event),
});
integration.start();

// By this name tests, and curious people, break this page's link at `/demo/faults`.
document.body.dataset.client = clientId;

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App history={history} />
    </QueryClientProvider>
  </StrictMode>,
);
