// @vitest-environment jsdom
// The programs of docs/troubleshooting.md, in the troubles that it names.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import {
  createRealtimeIntegration,
  type RealtimeIntegration,
  type RealtimeIntegrationOptions,
  replay,
} from 'tidemark';
import { useRealtimeQuery } from 'tidemark/react';
import { createMockServer } from 'tidemark/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  describeError,
  Freshness,
  healthOf,
  recordSession,
} from '../../../docs/examples/troubleshooting.tsx';

const harbour = { id: 1, version: 1, name: 'Harbour' };
let server = createMockServer();
let queryClient: QueryClient;
let integration: RealtimeIntegration;
const told: string[] = [];

beforeEach(() => {
  // What happens to the page happens outside of React's `act`.
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  server = createMockServer({ tables: { projects: [harbour] } });
  queryClient = new QueryClient();
  told.length = 0;
});
afterEach(() => {
  cleanup();
  integration.dispose();
  queryClient.clear();
  vi.unstubAllGlobals();
});

function create(options: RealtimeIntegrationOptions = {}) {
  integration = createRealtimeIntegration(queryClient, {
    ...server.options,
    reconnectInterval: 10,
    enablePollingFallback: false,
    onError: (error) => told.push(describeError(error)),
    ...options,
  });
  return integration;
}

function Projects() {
  const { data = [], realtime } = useRealtimeQuery({
    queryKey: ['projects', 'list'],
    queryFn: () => server.read<typeof harbour>('projects'),
    realtimeEntity: 'projects',
  });
  return (
    <>
      {data.map(({ id, name }) => (
        <p key={id}>{name}</p>
      ))}
      <Freshness realtime={realtime} />
    </>
  );
}

const show = () =>
  render(
    <QueryClientProvider client={queryClient}>
      <Projects />
    </QueryClientProvider>,
  );

it('says how it is, while all is well', async () => {
  create().start();
  show();
  await screen.findByText('Up to date');
  server.patch('projects', { id: 1, version: 2, name: 'New harbour' });
  await screen.findByText(/^Up to date, last change at 20\d\d-/);
  expect(healthOf(integration)).toMatch(
    /^connected over websocket, attempt 0; round trip .* ms, 0 reconnects; 1 subscriptions, 0 gaps, 0 resets; refused: nothing$/,
  );
  expect(told).toEqual([]);
});

it('says that nobody answers, tries ten times, and gives up', async () => {
  server.faults.refuse();
  create({ maxReconnectInterval: 20 }).start();
  show();
  await screen.findByText('Not updated');
  await expect.poll(() => integration.status).toBe('reconnecting');
  await expect.poll(() => integration.status).toBe('error');
  expect(told).toEqual([expect.stringMatching(/^\[tidemark\] link_failed: /)]);
  expect(server.opened).toBeGreaterThanOrEqual(10);
  // A click on "try again".
  server.faults.refuse(false);
  integration.start();
  await screen.findByText('Up to date');
});

it('counts what it could not read, and reads again', async () => {
  create().start();
  show();
  await screen.findByText('Up to date');
  server.faults.spoil();
  server.patch('projects', { id: 1, version: 2, name: 'New harbour' });
  server.patch('projects', { id: 1, version: 3, name: 'Newer harbour' });
  await screen.findByText('Newer harbour');
  expect(told).toEqual(['[tidemark] malformed_json: the text is not valid JSON']);
  expect(healthOf(integration)).toContain('refused: 1 malformed_json');
});

it('makes a recording that replays, and holds no name', async () => {
  const recording = recordSession(create());
  integration.start();
  show();
  await screen.findByText('Up to date');
  const text = await recording();
  expect(text).not.toContain('Harbour');
  const { identical, inputs } = await replay(JSON.parse(text));
  expect({ identical, some: inputs > 2 }).toEqual({ identical: true, some: true });
});
