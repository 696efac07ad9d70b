import { useQueryClient } from '@tanstack/react-query';
import { type ListResponse, type Project, projectsApi } from 'tidemark/entities';
import { STATUSES } from '../pages/projects.ts';
import { useAction } from '../use-action.ts';

const NAMES = ['Clean water', 'School meals', 'Flood relief', 'Eye camp', 'Solar lamps'] as const;
const CITIES = ['Lahore', 'Karachi', 'Islamabad', 'Malmö', 'کوئٹہ'] as const;
const BURST = 100;

function pick<T>(choices: readonly T[]): T | undefined {
  return choices[Math.floor(Math.random() * choices.length)];
}

function randomBudget(): number {
  return Math.round(Math.random() * 5_000_000) / 100;
}

function randomChange(): Partial<Project> {
  return { status: pick(STATUSES) ?? 'draft', budget: randomBudget() };
}

const PROJECT_LISTS = { queryKey: ['projects', 'list'] };

/** Writes over REST, as any other client of the server would; the table hears of it by events. */
export function WriteControls() {
  const queryClient = useQueryClient();
  const { problem, run } = useAction();

  const someProject = (): Project => {
    const lists = queryClient.getQueriesData<ListResponse<Project>>(PROJECT_LISTS);
    const project = pick(lists.flatMap(([, list]) => list?.data ?? []));
    if (!project) throw new Error('There is no row to change.');
    return project;
  };
  const insert = () =>
    projectsApi.create({ name: pick(NAMES) ?? '', city: pick(CITIES) ?? '', ...randomChange() });
  const update = async () => projectsApi.update(someProject().id, randomChange());
  const remove = async () => projectsApi.remove(someProject().id);
  const burst = () => Promise.all(Array.from({ length: BURST }, update));

  return (
    <fieldset>
      <legend>Change rows</legend>
      <button type="button" data-testid="insert" onClick={() => run(insert)}>
        Insert
      </button>
      <button type="button" data-testid="update" onClick={() => run(update)}>
        Update random
      </button>
      <button type="button" data-testid="delete" onClick={() => run(remove)}>
        Delete random
      </button>
      <button type="button" data-testid="burst" onClick={() => run(burst)}>
        Burst of {BURST}
      </button>
      {problem ? <p role="alert">{problem}</p> : null}
    </fieldset>
  );
}
