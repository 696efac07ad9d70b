// Compiled inside the empty project: the published types stand on their own.
import { createPollingFallback, createRealtimeIntegration, createWebSocketClient } from 'tidemark';
import { TidemarkDevtools, type TidemarkDevtoolsProps } from 'tidemark/devtools';
import { type Project, projectsApi, useProjects } from 'tidemark/entities';
import { useRealtimeInfiniteQuery, useRealtimeQuery } from 'tidemark/react';
import { createMockServer, FakeClock } from 'tidemark/testing';

export const doors: ((...args: never[]) => unknown)[] = [
  createPollingFallback,
  createRealtimeIntegration,
  createWebSocketClient,
  useRealtimeInfiniteQuery,
  useRealtimeQuery,
  useProjects,
  TidemarkDevtools,
  createMockServer,
];

export const devtools: TidemarkDevtoolsProps = { buttonPosition: 'top-left', position: 'right' };

const clock = new FakeClock();
export const client = createWebSocketClient({
  url: 'ws://localhost',
  ...createMockServer({ clock }).options,
});

export const activeCities = async (): Promise<Project['city'][]> =>
  (await projectsApi.list({ status: ['active'] })).data.map(({ city }) => city);
