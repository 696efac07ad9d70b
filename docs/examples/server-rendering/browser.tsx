import {
  type DehydratedState,
  HydrationBoundary,
  QueryClientProvider,
} from '@tanstack/react-query';
import { hydrateRoot } from 'react-dom/client';
import { createClient, Projects } from './projects.tsx';

export function takeOver(root: Element, state: DehydratedState) {
  return hydrateRoot(
    root,
    <QueryClientProvider client={createClient()}>
      <HydrationBoundary state={state}>
        <Projects />
      </HydrationBoundary>
    </QueryClientProvider>,
  );
}
