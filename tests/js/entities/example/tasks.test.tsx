// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderHook, waitFor } from '@testing-library/react';
import { createRealtimeIntegration } from 'tidemark';
import { configureApi } from 'tidemark/entities';
import { expect, test } from 'vitest';
import { tasks, useTasks } from './tasks.ts';

test('the page follows the table', async () => {
  let rows = [{ id: 1, title: 'Write' }];
  configureApi({ fetch: async () => Response.json(rows) });
  const client = new QueryClient();
  createRealtimeIntegration(client, { entities: [tasks], pollingInterval: 20 }).start();
  const wrapper = (props: object) => <QueryClientProvider client={client} {...props} />;
  const { result } = renderHook(() => useTasks(), { wrapper });
  await waitFor(() => expect(result.current.data).toEqual(rows));
  rows = [...rows, { id: 2, title: 'Read' }];
  await waitFor(() => expect(result.current.data).toEqual(rows));
});
