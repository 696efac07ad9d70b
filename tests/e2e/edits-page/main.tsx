// A page whose edits are kept over reloads, served by the tests in the demo server's name.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { createRealtimeIntegration, type RealtimeIntegrationOptions } from 'tidemark';
import {
  defaultEntities,
  type Project,
  restEntities,
  useCreateProject,
  useDeleteProject,
  useProjects,
  useUpdateProject,
} from 'tidemark/entities';

type Action = 'insert' | 'update' | 'delete';
/** By its temporary id, too. */
type Edited = Partial<Omit<Project, 'id'>> & { id?: number | string };

/** What a test does with the page, and asks of it. */
export interface EditsPage {
  edit(action: Action, row: Edited): void;
  /** What became of this page's edits, and what the integration reported, in order. */
  readonly outcomes: string[];
  readonly reports: string[];
  dispose(): void;
}

const given = new URLSearchParams(location.search);
const outcomes: string[] = [];
const reports: string[] = [];
const client = new QueryClient({ defaultOptions: { queries: { retry: true, retryDelay: 100 } } });
const options: RealtimeIntegrationOptions = {
  websocketUrl: given.has('deaf') ? undefined : `ws://${location.host}/realtime`,
  reconnectInterval: 100,
  entities: given.has('mute')
    ? defaultEntities
    : restEntities.map((entity) => ({ ...entity, conflicts: { budget: 'increment' } })),
  persistEdits: { name: 'edits' },
  onError: ({ code, message }) => reports.push(`${code}: ${message}`),
};
const integration = createRealtimeIntegration(client, options);

function App() {
  const { data, realtime } = useProjects();
  const create = useCreateProject();
  const update = useUpdateProject();
  const remove = useDeleteProject();
  const edits = {
    insert: create.mutateAsync,
    update: update.mutateAsync,
    delete: (row: Partial<Project>) => remove.mutateAsync(row.id as number),
  };
  const page: EditsPage = {
    edit(action, row) {
      const edited: Promise<unknown> = edits[action](row as Partial<Project>);
      edited.then(
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
    send: async (submission) => restEntities[0]?.send('update', submission),
  });
}
createRoot(document.body.appendChild(document.createElement('div'))).render(
  <QueryClientProvider client={client}>
    <App />
  </QueryClientProvider>,
);
