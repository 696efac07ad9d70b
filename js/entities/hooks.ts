import type {
  DefaultError,
  UseMutationOptions,
  UseMutationResult,
  UseQueryOptions,
  UseQueryResult,
} from '@tanstack/react-query';
import type { Conflict, RowId } from '../core/effects.ts';
import { TidemarkError } from '../core/errors.ts';
import type { UseRealtimeQueryResult } from '../hooks/live-query.ts';
import { useRealtimeMutation } from '../hooks/useRealtimeMutation.ts';
import { useRealtimeQuery } from '../hooks/useRealtimeQuery.ts';
import type { RowOf } from './define.ts';
import type { EntityDefinition } from './definitions.ts';
import { editRequests } from './edit-requests.ts';
import { type Filters, filterText, normalizeFilters } from './filters.ts';
import { readyMadeApi } from './ready-made.ts';
import type { ListResponse, RestApi, RowResponse } from './rest.ts';

type QueryOptions<TResponse, TShown, TData> = Omit<
  UseQueryOptions<TResponse, DefaultError, TData>,
  'queryKey' | 'queryFn' | 'select'
> & {
  /** Makes of the rows, or of the row, what the component wants. */
  select?: ((shown: TShown) => TData) | undefined;
};

/** The options of `useQuery`. The cache holds the response, `select` is given its rows. */
export type EntityListOptions<Row, TData = Row[]> = QueryOptions<
  ListResponse<Row>,
  Row[],
  TData
> & {
  /** `column.desc,column`; without it rows keep the server's order and new ones go last. */
  order?: string | undefined;
  /** One page of the list: so many rows at most, after `offset` that are left out. */
  limit?: number | undefined;
  /** Default 0. */
  offset?: number | undefined;
};

/** The options of `useQuery`. The cache holds the response, `select` is given its row. */
export type EntityDetailOptions<Row, TData = Row> = QueryOptions<RowResponse<Row>, Row, TData>;

/** The options of `useMutation`. */
export type EntityMutationOptions<TData, TVariables> = Omit<
  UseMutationOptions<TData, DefaultError, TVariables>,
  'mutationFn' | 'networkMode'
> & {
  /** Somebody else changed a field that this edit changes. */
  onConflict?: ((conflict: Conflict) => void) | undefined;
};

/** The result of `useQuery` and how fresh it is. */
export type EntityQueryResult<TData> = UseRealtimeQueryResult<UseQueryResult<TData>>;
type MutationResult<TData, TVariables> = UseMutationResult<TData, DefaultError, TVariables>;

/** The hooks of one entity. With `enableRealtime` false they are plain queries. */
export interface EntityHooks<Row> {
  /**
   * The rows that pass the filters. @throws TidemarkError `bad_filter`, `unknown_entity`
   */
  useList<TData = Row[]>(
    filters?: Filters<Row>,
    options?: EntityListOptions<Row, TData>,
    enableRealtime?: boolean,
  ): EntityQueryResult<TData>;
  /**
   * One row; while `id` is undefined or null nothing is asked for. @throws TidemarkError
   * `bad_entity` when the definition has no `queryKeys.detail`, `unknown_entity`
   */
  useDetail<TData = Row>(
    id: RowId | null | undefined,
    options?: EntityDetailOptions<Row, TData>,
    enableRealtime?: boolean,
  ): EntityQueryResult<TData>;
  /** `mutate(row)`; without an id the row has a temporary one until the server answers. */
  useCreate(
    options?: EntityMutationOptions<RowResponse<Row>, Partial<Row>>,
  ): MutationResult<RowResponse<Row>, Partial<Row>>;
  /** `mutate({ id, ...changed members })`. */
  useUpdate(
    options?: EntityMutationOptions<RowResponse<Row>, Partial<Row>>,
  ): MutationResult<RowResponse<Row>, Partial<Row>>;
  /** `mutate(id)`. */
  useDelete(options?: EntityMutationOptions<unknown, RowId>): MutationResult<unknown, RowId>;
}

/** What `createEntityHooks` takes besides the definition. */
export interface EntityHooksOptions<Row> {
  /** How rows are read and written. Default: a client at `/api/<name>` that `configureApi` configures. */
  api?: RestApi<Row> | undefined;
  /** The order of lists that are given none. */
  order?: string | undefined;
}

/**
 * Makes an entity's hooks. `createRealtimeIntegration` has to know its definition:
 * `{ entities: [...defaultEntities, tasks] }`.
 */
export function createEntityHooks<Definition extends EntityDefinition>(
  definition: Definition,
  options: EntityHooksOptions<RowOf<Definition>> = {},
): EntityHooks<RowOf<Definition>> {
  type Row = RowOf<Definition>;
  const { name, idField, queryKeys } = definition;
  const api: RestApi<Row> = options.api ?? readyMadeApi(definition);
  const requests = editRequests(api, idField);

  return {
    useList: <TData = Row[]>(
      filters: Filters<Row> = {},
      listOptions: EntityListOptions<Row, TData> = {},
      enableRealtime = true,
    ) => {
      const { select, order = options.order, limit, offset, ...query } = listOptions;
      const normal = normalizeFilters(filters) as Filters<Row>;
      const window = { ...(order === options.order ? {} : { order }), limit, offset };
      return useRealtimeQuery({
        ...query,
        queryKey: listKey(queryKeys.list, normal, window),
        queryFn: ({ signal }) => api.list(normal, { order, limit, offset, signal }),
        select: ofData(select),
        realtimeEntity: name,
        realtimeFilter: filterText(normal) || undefined,
        realtimeOrder: order,
        realtimeLimit: limit,
        realtimeOffset: offset,
        enableRealtime,
      });
    },
    useDetail: <TData = Row>(
      id: RowId | null | undefined,
      { select, ...query }: EntityDetailOptions<Row, TData> = {},
      enableRealtime = true,
    ) => {
      if (!queryKeys.detail) {
        throw new TidemarkError('bad_entity', `entity '${name}' has no queryKeys.detail`);
      }
      const isKnown = id !== undefined && id !== null;
      return useRealtimeQuery({
        ...query,
        ...(isKnown ? {} : { enabled: false }),
        queryKey: [...queryKeys.detail, id],
        queryFn: ({ signal }) => api.get(id as RowId, { signal }),
        select: ofData(select),
        realtimeEntity: name,
        enableRealtime,
      });
    },
    useCreate: (mutation) =>
      useRealtimeMutation({
        ...mutation,
        realtimeEntity: name,
        action: 'insert',
        mutationFn: (_: Partial<Row>, submission) => requests.insert(submission),
      }),
    useUpdate: (mutation) =>
      useRealtimeMutation({
        ...mutation,
        realtimeEntity: name,
        action: 'update',
        mutationFn: (change: Partial<Row>, submission) =>
          requests.update(submission, memberOf(change, idField)),
      }),
    useDelete: (mutation) =>
      useRealtimeMutation({
        ...mutation,
        realtimeEntity: name,
        action: 'delete',
        optimistic: (id: RowId) => ({ [idField]: id }),
        mutationFn: (id: RowId, submission) => requests.delete(submission, id),
      }),
  };
}

/** As the seed has it without filters: `['projects', 'list']`. */
function listKey(prefix: readonly unknown[], filters: object, window: object): readonly unknown[] {
  if (Object.values(window).some((each) => each !== undefined)) {
    return [...prefix, filters, window];
  }
  return Object.keys(filters).length === 0 ? prefix : [...prefix, filters];
}

const dataOf = (response: { data: unknown }): unknown => response.data;
const selections = new WeakMap<object, unknown>();

/** `select` on what is in a response's `data`: the same function for the same one. */
function ofData<TShown, TData>(
  select: ((shown: TShown) => TData) | undefined,
): (response: { data: TShown }) => TData {
  type OfData = (response: { data: TShown }) => TData;
  if (!select) return dataOf as OfData;
  const known = (selections.get(select) as OfData | undefined) ?? (({ data }) => select(data));
  selections.set(select, known);
  return known;
}

function memberOf(value: object, name: string): unknown {
  return (value as Record<string, unknown>)[name];
}
