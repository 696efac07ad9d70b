import { QueryClient, QueryObserver } from '@tanstack/react-query';
import {
  createRealtimeIntegration,
  type EngineStats,
  type RealtimeIntegrationOptions,
} from '../../js/index.ts';

export interface WatchedList<Row> {
  rows(): Row[];
  continuity(): string;
  /** How often it was read. */
  reads(): number;
  stats(): EngineStats | null;
  /** The codes of what was reported. */
  errors: string[];
  end(): void;
}

/** A list that Tidemark keeps in step, as `useRealtimeQuery` does, in a page of its own. */
export function watchList<Row>(
  what: { entity: string; filter?: string | undefined; read: () => Promise<Row[]> },
  options: RealtimeIntegrationOptions,
  /** The app is shown something else. */
  onRows: () => void = () => {},
): WatchedList<Row> {
  const { entity, filter, read } = what;
  const queryClient = new QueryClient();
  const errors: string[] = [];
  const integration = createRealtimeIntegration(queryClient, {
    reconnectInterval: 20,
    enablePollingFallback: false,
    onError: ({ code }) => errors.push(code),
    ...options,
  });
  const queryKey = [entity, 'list', filter ?? ''];
  const spec = { queryKey, entity, ...(filter === undefined ? {} : { filter }) };
  const hash = JSON.stringify(queryKey);
  let reads = 0;
  const handle = integration.observe(spec);
  const observer = new QueryObserver<Row[]>(queryClient, {
    queryKey,
    queryFn: () =>
      integration.fetch(spec, () => {
        reads++;
        return read();
      }),
    structuralSharing: (before, after) => integration.share(hash, before, after, true),
  });
  const unsubscribe = observer.subscribe(onRows);
  integration.start();
  return {
    rows: () => queryClient.getQueryData<Row[]>(queryKey) ?? [],
    continuity: () => integration.realtime(hash).continuity,
    reads: () => reads,
    stats: () => integration.stats(),
    errors,
    end: () => {
      unsubscribe();
      handle.release();
      integration.dispose();
      queryClient.clear();
    },
  };
}
