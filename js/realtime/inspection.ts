import type { EngineStats } from '../core/engine.ts';
import type { CoreInspection } from '../core/inspection.ts';
import type { Connection } from './connection.ts';
import type { LinkState } from './link-state.ts';
import type { QueryBinding } from './query-binding.ts';
import type { RealtimeState } from './realtime-state.ts';

/** A query that is observed, or was a moment ago. */
export interface InspectedQuery {
  readonly queryHash: string;
  /** Whose events concern it. */
  readonly entities: readonly string[];
  readonly filter: string;
  /** How many observe it. */
  readonly users: number;
  /** Whether events change its data by themselves; else they lead to a refetch. */
  readonly isInStep: boolean;
  /** The core's number for its view; null without a core. */
  readonly view: number | null;
  /** How many rows the view holds; null where it holds none of its data. */
  readonly rows: number | null;
  readonly realtime: RealtimeState;
}

/** What an integration holds at one moment. */
export interface Inspection {
  readonly link: LinkState;
  readonly queries: readonly InspectedQuery[];
  /** This and what follows: null until the core has loaded. */
  readonly core: CoreInspection | null;
  readonly stats: EngineStats | null;
  /** The memory of the page's core as a whole, in bytes. */
  readonly memoryBytes: number | null;
}

export function inspectionOf(connection: Connection, bindings: Iterable<QueryBinding>): Inspection {
  const core = connection.look((engine) => engine.inspect?.() ?? null);
  const queries = [...bindings].map(({ inspected }) => {
    const view = core?.views.find((each) => each.view === inspected.view);
    return { ...inspected, rows: inspected.isInStep && view ? view.rows : null };
  });
  return {
    link: connection.link,
    queries,
    core,
    stats: connection.look((engine) => engine.stats()),
    memoryBytes: connection.look((engine) => engine.memoryBytes ?? null),
  };
}
