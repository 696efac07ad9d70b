import { QueryClient, QueryObserver } from '@tanstack/react-query';
import {
  createRealtimeIntegration,
  type RealtimeIntegration,
  type TidemarkError,
} from '../../../js/index.ts';
import { createMockServer, type MockServer } from '../../../js/testing.ts';

export interface Project {
  id: number;
  version: number;
  name: string;
}

const KEY = ['projects', 'list'];
export const HASH = JSON.stringify(KEY);

/** An app with one list of projects, on a server in the same program. */
export class LiveList {
  readonly server: MockServer = createMockServer({
    tables: { projects: [{ id: 1, version: 1, name: 'one' }] },
  });
  readonly queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  readonly errors: TidemarkError[] = [];
  readonly integration: RealtimeIntegration = createRealtimeIntegration(this.queryClient, {
    ...this.server.options,
    reconnectInterval: 20,
    onError: (error) => this.errors.push(error),
  });
  #leave = () => {};

  start(): void {
    const { integration, server } = this;
    integration.start();
    const spec = { queryKey: KEY, entity: 'projects' };
    const observer = new QueryObserver(this.queryClient, {
      queryKey: KEY,
      queryFn: () => integration.fetch(spec, () => server.read<Project>('projects')),
      structuralSharing: (before, after) => integration.share(HASH, before, after, undefined),
    });
    const handle = integration.observe(spec);
    const unsubscribe = observer.subscribe(() => {});
    this.#leave = () => {
      unsubscribe();
      handle.release();
    };
  }

  get continuity(): string {
    return this.integration.realtime(HASH).continuity;
  }

  get names(): string[] | undefined {
    return this.queryClient.getQueryData<Project[]>(KEY)?.map(({ name }) => name);
  }

  /** Renames the row on this side; the server's answer is yet to be given. */
  rename(name: string): { done: Promise<unknown>; answer: (row: Project) => void } {
    let answer: (row: Project) => void = () => {};
    const done = this.integration.edit({
      entity: 'projects',
      action: 'update',
      data: { id: 1, name },
      send: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    return { done, answer: (row) => answer(row) };
  }

  stop(): void {
    this.#leave();
    this.integration.dispose();
    this.queryClient.clear();
  }
}
