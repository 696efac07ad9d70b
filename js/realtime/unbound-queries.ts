import type { Query, QueryClient } from '@tanstack/react-query';
import type { RowId } from '../core/effects.ts';
import type { EntityDefinition } from '../entities/definitions.ts';
import { isDetailKey, isListKey, startsWith } from './entity-keys.ts';

/** Ids as text, or every row. */
type Touched = ReadonlySet<string> | 'all';
type When = 'now' | 'later';

/** What is known of a query that is observed. */
export interface BoundQuery {
  /** Whether events change its data by themselves. */
  readonly isInStep: boolean;
  readonly entities: readonly EntityDefinition[];
  /** The row that it shows; undefined for data that is not one row. */
  readonly rowId: RowId | undefined;
}

const DERIVED_INTERVAL_MS = 500;

function includes(touched: Touched, id: unknown): boolean {
  const isId = typeof id === 'string' || typeof id === 'number';
  return touched === 'all' || !isId || touched.has(String(id));
}

/** When a query has to be read again because rows of `entity` changed; undefined for never. */
function dueBy(
  { queryKey }: Query,
  bound: BoundQuery | undefined,
  entity: EntityDefinition,
  touched: Touched,
): When | undefined {
  const { detail = [], derived = [] } = entity.queryKeys;
  if (isListKey(queryKey, entity)) return 'now';
  if (bound?.entities.includes(entity)) {
    if (bound.rowId !== undefined) return includes(touched, bound.rowId) ? 'now' : undefined;
    if (!isDetailKey(queryKey, entity)) return 'later';
  }
  if (isDetailKey(queryKey, entity)) {
    return includes(touched, queryKey[detail.length]) ? 'now' : undefined;
  }
  return derived.some((prefix) => startsWith(queryKey, prefix)) ? 'later' : undefined;
}

/**
 * The queries that no view keeps in step: what is derived from rows, and what is read by a
 * plain `useQuery`. An event invalidates them, and those that are on the page are read again:
 * lists and details at once, derived data at the end of an interval, so that a burst is one
 * refetch. A query with `meta: { realtime: false }` is left alone.
 */
export class UnboundQueries {
  readonly #client: QueryClient;
  readonly #boundQuery: (hash: string) => BoundQuery | undefined;
  readonly #interval: number;
  readonly #touched = new Map<EntityDefinition, Set<string> | 'all'>();
  readonly #again = new Map<string, When>();
  /** Queries that are being read again on our account; true when that has to be done once more. */
  readonly #refreshing = new Map<Query, boolean>();
  readonly #later = new Map<Query, ReturnType<typeof setTimeout>>();

  /** `interval` in ms. */
  constructor(
    client: QueryClient,
    boundQuery: (hash: string) => BoundQuery | undefined,
    interval = DERIVED_INTERVAL_MS,
  ) {
    this.#client = client;
    this.#boundQuery = boundQuery;
    this.#interval = interval;
  }

  /** A row of `entity` changed. Nothing happens before `refresh`. */
  touch(entity: EntityDefinition, id: unknown): void {
    const touched = this.#touched.get(entity) ?? new Set<string>();
    if (touched !== 'all') this.#touched.set(entity, touched.add(String(id)));
  }

  touchAll(entities: readonly EntityDefinition[]): void {
    for (const entity of entities) this.#touched.set(entity, 'all');
  }

  /** A query is out of step, whatever changed. Nothing happens before `refresh`. */
  readAgain(hash: string, when: When): void {
    if (this.#again.get(hash) !== 'now') this.#again.set(hash, when);
  }

  /** Invalidates what shows a touched row, each query once. */
  refresh(): void {
    if (this.#touched.size === 0 && this.#again.size === 0) return;
    const touched = [...this.#touched];
    this.#touched.clear();
    const again = new Map(this.#again);
    this.#again.clear();
    for (const query of this.#client.getQueryCache().getAll()) {
      if (query.meta?.realtime === false) continue;
      const bound = this.#boundQuery(query.queryHash);
      const dues = bound?.isInStep
        ? []
        : touched.map(([entity, ids]) => dueBy(query, bound, entity, ids));
      const due = [again.get(query.queryHash), ...dues];
      if (due.includes('now')) void this.#refreshOne(query);
      else if (due.includes('later')) this.#refreshLater(query);
    }
  }

  dispose(): void {
    for (const timer of this.#later.values()) clearTimeout(timer);
    this.#later.clear();
  }

  /** Stale at once, so that who mounts it now reads it; read again when the interval is over. */
  #refreshLater(query: Query): void {
    query.invalidate();
    if (this.#later.has(query)) return;
    const timer = setTimeout(() => {
      this.#later.delete(query);
      void this.#refreshOne(query);
    }, this.#interval);
    this.#later.set(query, timer);
  }

  async #refreshOne(query: Query): Promise<void> {
    if (this.#refreshing.has(query)) {
      // Cancelling the request under way at each event would let a busy entity starve it.
      this.#refreshing.set(query, true);
      return;
    }
    do {
      this.#refreshing.set(query, false);
      await this.#client.invalidateQueries({ predicate: (other) => other === query });
    } while (this.#refreshing.get(query));
    this.#refreshing.delete(query);
  }
}
