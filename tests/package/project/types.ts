// Compiled inside the empty project: the published types stand on their own.
import { createPollingFallback, createRealtimeIntegration, createWebSocketClient } from 'tidemark';
import { useRealtimeQuery } from 'tidemark/react';

export const doors: ((...args: never[]) => unknown)[] = [
  createPollingFallback,
  createRealtimeIntegration,
  createWebSocketClient,
  useRealtimeQuery,
];
