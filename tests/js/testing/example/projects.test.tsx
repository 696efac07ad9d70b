// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { createRealtimeIntegration } from 'tidemark';
import { useRealtimeQuery } from 'tidemark/react';
import { createMockServer } from 'tidemark/testing';
import { afterEach, it } from 'vitest';

afterEach(cleanup);

const harbour = { id: 1, version: 1, name: 'Harbour' };
const server = createMockServer({ tables: { projects: [harbour] } });

function Projects() {
  const { data = [] } = useRealtimeQuery({
    queryKey: ['projects', 'list'],
    queryFn: () => server.read<typeof harbour>('projects'),
    realtimeEntity: 'projects',
  });
  return data.map(({ id, name }) => <li key={id}>{name}</li>);
}

it('shows what others write, and after a lost connection too', async () => {
  const queryClient = new QueryClient();
  const integration = createRealtimeIntegration(queryClient, {
    ...server.options,
    reconnectInterval: 10,
  });
  integration.start();
  render(
    <QueryClientProvider client={queryClient}>
      <Projects />
    </QueryClientProvider>,
  );
  await screen.findByText('Harbour');
  server.patch('projects', { id: 1, version: 2, name: 'New harbour' });
  await screen.findByText('New harbour');
  server.faults.cut();
  server.insert('projects', { id: 2, version: 1, name: 'Lighthouse' });
  await screen.findByText('Lighthouse');
  integration.dispose();
});
