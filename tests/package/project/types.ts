// Compiled inside the empty project: the published types stand on their own.
import { createPollingFallback, createRealtimeIntegration, createWebSocketClient } from 'tidemark';
import { type Project, projectsApi, useProjects } from 'tidemark/entities';
import { useRealtimeInfiniteQuery, useRealtimeQuery } from 'tidemark/react';

export const doors: ((...args: never[]) => unknown)[] = [
  createPollingFallback,
  createRealtimeIntegration,
  createWebSocketClient,
  useRealtimeInfiniteQuery,
  useRealtimeQuery,
  useProjects,
];

export const activeCities = async (): Promise<Project['city'][]> =>
  (await projectsApi.list({ status: ['active'] })).data.map(({ city }) => city);
