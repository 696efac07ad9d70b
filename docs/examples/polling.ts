import type { QueryClient } from '@tanstack/react-query';
import { createPollingFallback, createRealtimeIntegration, type PollingFallback } from 'tidemark';
import { tasks } from './getting-started/tasks.ts';

// #region integration
/** No stream at all: what is on the page is asked for every five seconds. */
export function pollOnly(queryClient: QueryClient, pollingInterval = 5000) {
  const integration = createRealtimeIntegration(queryClient, {
    entities: [tasks],
    enableWebSocket: false,
    pollingInterval,
  });
  integration.start();
  return integration;
}
// #endregion integration

// #region feed
/** Without React: what changed between two answers, row by row. */
export function followTasks(onChange: (what: string) => void, interval = 5000): PollingFallback {
  const fallback = createPollingFallback({
    interval,
    onUpdate: (entity, action, data) => onChange(`${action} ${entity} ${JSON.stringify(data)}`),
    onError: ({ code, message }) => onChange(`${code}: ${message}`),
  });
  fallback.startPolling('tasks', ({ signal, headers }) => fetch('/tasks', { signal, headers }));
  return fallback;
}
// #endregion feed
