import { hashKey, type Query, type QueryClient, type QueryKey } from '@tanstack/react-query';
import type { EntityDefinition } from '../entities/definitions.ts';

/** Ids as text, or every row. */
type Touched = Set<string> | 'all';

function startsWith(key: QueryKey, prefix: readonly unknown[]): boolean {
  return key.length >= prefix.length && hashKey(key.slice(0, prefix.length)) === hashKey(prefix);
}

function shows(key: QueryKey, { queryKeys }: EntityDefinition, touched: Touched): boolean {
  if (startsWith(key, queryKeys.list)) return true;
  if (!queryKeys.detail || !startsWith(key, queryKeys.detail)) return false;
  const id = key[queryKeys.detail.length];
  const isId = typeof id === 'string' || typeof id === 'number';
  return touched === 'all' || !isId || touched.has(String(id));
}

/**
 * The queries of an entity that no view keeps in step: details, and lists read by a plain
 * `useQuery`. An event invalidates them, and those that are on the page are read again. A
 * query with `meta: { realtime: false }` is left alone.
 */
export class UnboundQueries {
  readonly #client: QueryClient;
  readonly #isBound: (hash: string) => boolean;
  readonly #touched = new Map<EntityDefinition, Touched>();
  /** Queries that are being read again on our account; true when that has to be done once more. */
  readonly #refreshing = new Map<Query, boolean>();

  constructor(client: QueryClient, isBound: (hash: string) => boolean) {
    this.#client = client;
    this.#isBound = isBound;
  }

  /** A row of `entity` changed. Nothing happens before `refresh`. */
  touch(entity: EntityDefinition, id: unknown): void {
    const touched = this.#touched.get(entity) ?? new Set<string>();
    if (touched !== 'all') this.#touched.set(entity, touched.add(String(id)));
  }

  touchAll(entities: readonly EntityDefinition[]): void {
    for (const entity of entities) this.#touched.set(entity, 'all');
  }

  /** Invalidates what shows a touched row, each query once. */
  refresh(): void {
    if (this.#touched.size === 0) return;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const query of this.#client.getQueryCache().getAll()) {
      const isOurs = !this.#isBound(query.queryHash) && query.meta?.realtime !== false;
      if (!isOurs) continue;
      if (touched.some(([entity, ids]) => shows(query.queryKey, entity, ids))) {
        void this.#refreshOne(query);
      }
    }
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
