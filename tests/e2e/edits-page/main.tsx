// A page whose edits are kept over reloads, served by the tests in the demo server's name.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import {
  createRealtimeIntegration,
  defaultEntities,
  type RealtimeIntegrationOptions,
  type Submission,
} from 'tidemark';
import { useRealtimeMutation, useRealtimeQuery } from 'tidemark/react';

type Action = 'insert' | 'update' | 'delete';
interface Project {
  id: number | string;
  name: string;
  city: string;
  budget: number;
}

/** What a test does with the page, and asks of it. */
export interface EditsPage {
  edit(action: Action, row: Partial<Project>): void;
  /** What became of this page's edits, and what the integration reported, in order. */
  readonly outcomes: string[];
  readonly reports: string[];
  dispose(): void;
}

const METHODS = { insert: 'POST', update: 'PATCH', delete: 'DELETE' } as const;

async function send(action: Action, { mutationId, id, data }: Submission): Promise<unknown> {
  const { id: _, ...values } = data ?? {};
  const response = await fetch(`/api/projects${action === 'insert' ? '' : `/${id}`}`, {
    method: METHODS[action],
    headers: { 'content-type': 'application/json', 'tidemark-mutation': mutationId },
    ...(action === 'delete' ? {} : { body: JSON.stringify(values) }),
  });
  return answerOf(response);
}

async function answerOf(response: Response): Promise<unknown> {
  const { ok, status } = response;
  if (!ok) throw Object.assign(new Error(`${status}`), { status });
  return response.json();
}

async function list(): Promise<Project[]> {
  const response = await fetch('/api/projects?order=id.asc');
  return ((await answerOf(response)) as { data: Project[] }).data;
}

const given = new URLSearchParams(location.search);
const outcomes: string[] = [];
const reports: string[] = [];
const client = new QueryClient({ defaultOptions: { queries: { retry: true, retryDelay: 100 } } });
const options: RealtimeIntegrationOptions = {
  websocketUrl: given.has('deaf') ? undefined : `ws://${location.host}/realtime`,
  reconnectInterval: 100,
  entities: defaultEntities.map((entity) =>
    given.has('mute') ? entity : { ...entity, send, conflicts: { budget: 'increment' } },
  ),
  persistEdits: { name: 'edits' },
  onError: ({ code, message }) => reports.push(`${code}: ${message}`),
};
const integration = createRealtimeIntegration(client, options);

function useEdit(action: Action) {
  return useRealtimeMutation({
    realtimeEntity: 'projects',
    action,
    mutationFn: (_: Partial<Project>, submission) => send(action, submission),
  }).mutateAsync;
}

function App() {
  const { data, realtime } = useRealtimeQuery({
    queryKey: ['projects', 'list'],
    queryFn: list,
    realtimeEntity: 'projects',
    realtimeOrder: 'id.asc',
  });
  const edits = { insert: useEdit('insert'), update: useEdit('update'), delete: useEdit('delete') };
  const page: EditsPage = {
    edit(action, row) {
      edits[action](row).then(
        () => outcomes.push(`${action} done`),
        (thrown: unknown) => outcomes.push(`${action} failed: ${String(thrown)}`),
      );
    },
    outcomes,
    reports,
    dispose: () => integration.dispose(),
  };
  Object.assign(window, { page });
  return (
    <ul
      data-testid="list"
      data-transport={realtime.transport}
      data-continuity={realtime.continuity}
    >
      {data?.map(({ id, name, city, budget }) => (
        <li key={id} data-id={id}>{`${name}, ${city}, ${budget}`}</li>
      ))}
    </ul>
  );
}

integration.start();
// As many more pages that start at the very same moment.
for (let i = 0; i < Number(given.get('twins')); i++) {
  createRealtimeIntegration(new QueryClient(), options).start();
}
// An edit that does not wait for anything.
const eager = given.get('eager');
if (eager) {
  void integration.edit({
    entity: 'projects',
    action: 'update',
    data: JSON.parse(eager),
    send: (submission) => send('update', submission),
  });
}
createRoot(document.body.appendChild(document.createElement('div'))).render(
  <QueryClientProvider client={client}>
    <App />
  </QueryClientProvider>,
);
