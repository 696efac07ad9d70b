import { PersistQueryClientProvider } from '@tanstack/react-query-persist-client';
import { createRoot } from 'react-dom/client';
import { Tasks } from './App.tsx';
import { persister, queryClient } from './client.ts';

createRoot(document.getElementById('root') as HTMLElement).render(
  <PersistQueryClientProvider client={queryClient} persistOptions={{ persister }}>
    <Tasks />
  </PersistQueryClientProvider>,
);
