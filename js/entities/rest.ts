import type { RowId } from '../core/effects.ts';
import type { RowOf } from './define.ts';
import type { EntityDefinition } from './definitions.ts';
import { type Filters, filterParams } from './filters.ts';
import { type HttpRequest, type RequestOptions, type RestConfig, requestJson } from './http.ts';

/** Which part of a list, and how it is ordered. */
export interface ListOptions extends RequestOptions {
  /** `column.desc,column`. */
  order?: string | undefined;
  /** So many rows at most. */
  limit?: number | undefined;
  /** After so many that are left out. */
  offset?: number | undefined;
}

/** What a write takes. */
export interface WriteOptions extends RequestOptions {
  /** Sent as `Tidemark-Mutation`, so that the change's event can be told from others'. */
  mutationId?: string | undefined;
}

/** The answer to a list. */
export interface ListResponse<Row> {
  /** In the server's order. */
  data: Row[];
  /** How many there are without a limit, where the server says it. */
  count?: number;
}

/** The answer that is one row. */
export interface RowResponse<Row> {
  /** As the server has it. */
  data: Row;
}

/**
 * An entity's rows over HTTP: `GET` and `POST` of its path, `GET`, `PATCH` and `DELETE` of a
 * row's. The server answers with rows, or with rows in `data`.
 *
 * Each method rejects with ApiError when the server refuses or answers with something else,
 * with TidemarkError `bad_filter`, and with what `fetch` rejects with.
 */
export interface RestApi<Row> {
  /** The rows that pass the filters. */
  list(filters?: Filters<Row>, options?: ListOptions): Promise<ListResponse<Row>>;
  /** One row. */
  get(id: RowId, options?: RequestOptions): Promise<RowResponse<Row>>;
  /** Resolves with the row as the server made it. */
  create(row: Partial<Row>, options?: WriteOptions): Promise<RowResponse<Row>>;
  /** `changes`: the members that change. Resolves with the whole row. */
  update(id: RowId, changes: Partial<Row>, options?: WriteOptions): Promise<RowResponse<Row>>;
  /** Resolves with what the server answers, if anything. */
  remove(id: RowId, options?: WriteOptions): Promise<unknown>;
}

type Identity = Pick<EntityDefinition, 'name' | 'idField'>;

/** A client for one entity; a function as `config` is asked at each request. */
export function createRestApi<Definition extends Identity>(
  { name, idField }: Definition,
  config: RestConfig | (() => RestConfig) = {},
): RestApi<RowOf<Definition>> {
  type Row = RowOf<Definition>;
  const isRow = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, idField);

  function ask<T>(
    request: Omit<HttpRequest, 'path'>,
    id: RowId | undefined,
    expected: string,
    read: (answer: unknown) => T | undefined,
  ): Promise<T> {
    const given = typeof config === 'function' ? config() : config;
    const path = given.paths?.[name] ?? name;
    const place = id === undefined ? path : `${path}/${encodeURIComponent(id)}`;
    return requestJson(given, name, { ...request, path: place }, expected, read);
  }
  const askRow = (request: Omit<HttpRequest, 'path'>, id?: RowId): Promise<RowResponse<Row>> =>
    ask(request, id, `a row that has '${idField}'`, (answer) => dressed(answer, isRow));

  return {
    list: async (filters = {}, { signal, ...window } = {}) => {
      const search = new URLSearchParams(filterParams(filters).map(([...pair]) => pair));
      for (const [key, value] of Object.entries(window)) {
        if (value !== undefined) search.set(key, String(value));
      }
      const read = (answer: unknown) => dressed<ListResponse<Row>>(answer, Array.isArray);
      return ask({ method: 'GET', search, signal }, undefined, 'rows', read);
    },
    get: (id, { signal } = {}) => askRow({ method: 'GET', signal }, id),
    create: (body, { signal, mutationId } = {}) =>
      askRow({ method: 'POST', body, signal, mutationId }),
    update: (id, body, { signal, mutationId } = {}) =>
      askRow({ method: 'PATCH', body, signal, mutationId }, id),
    remove: (id, { signal, mutationId } = {}) =>
      ask({ method: 'DELETE', signal, mutationId }, id, 'anything', (answer) => answer ?? null),
  };
}

/** `{ data }` around rows or a row, whether the server sent it or not; undefined for neither. */
function dressed<T>(answer: unknown, fits: (value: unknown) => boolean): T | undefined {
  if (fits(answer)) return { data: answer } as T;
  const { data } = (answer ?? {}) as { data?: unknown };
  return fits(data) ? (answer as T) : undefined;
}
