import type { InfiniteData, QueryKey } from '@tanstack/react-query';
import type { RowId } from '../core/effects.ts';
import type { ViewSpec } from '../core/engine.ts';
import type { EntityDefinition } from '../entities/definitions.ts';
import { DetailEnvelope } from './detail-envelope.ts';
import { rowIdIn } from './entity-keys.ts';
import { type PageEdges, PagesEnvelope } from './pages-envelope.ts';
import { RowEnvelope, type RowShape } from './row-envelope.ts';

/** Which rows a query shows. */
export interface QueryBindingSpec {
  /** Of the query in the cache. */
  queryKey: QueryKey;
  /**
   * By name or by table name. Several, or one in an array, for data that is derived from their
   * rows: a change leads to a refetch.
   */
  entity: string | readonly string[];
  /** `column=op.value,…`; without it the whole entity. */
  filter?: string | undefined;
  /** `column.asc,column.desc`; without it rows keep the server's order and new ones go last. */
  order?: string | undefined;
  /** The data is one page of the list: so many rows at most, after so many that are left out. */
  limit?: number | undefined;
  /** How many rows are left out before that page. Default 0. */
  offset?: number | undefined;
  /** Where the data holds its array, as `result.items`. Found by itself at the root and in `data`. */
  path?: string | undefined;
  /** The data is this one row. Default: the id that follows the entity's `queryKeys.detail`. */
  id?: RowId | undefined;
  /** The data is pages of rows; says which ends of the list they reach. */
  edgesOf?: ((data: InfiniteData<unknown>) => PageEdges) | undefined;
}

/** Data that is made of rows but holds none. */
export function isDerived({ entity }: QueryBindingSpec): boolean {
  return typeof entity !== 'string';
}

/** Whether two say the same; which entities they name is for the caller to compare. */
export function isSameSpec(a: QueryBindingSpec, b: QueryBindingSpec): boolean {
  return (
    isDerived(a) === isDerived(b) &&
    typeof a.edgesOf === typeof b.edgesOf &&
    (['filter', 'order', 'limit', 'offset', 'path', 'id'] as const).every(
      (member) => a[member] === b[member],
    )
  );
}

export function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** Where a query's data holds its rows. */
export function shapeFor(spec: QueryBindingSpec, entity: EntityDefinition): RowShape {
  const { path, order, edgesOf } = spec;
  if (edgesOf) return new PagesEnvelope(entity.idField, path, order !== undefined, edgesOf);
  const id = isDerived(spec) ? undefined : (spec.id ?? rowIdIn(spec.queryKey, entity));
  return id === undefined ? new RowEnvelope(path) : new DetailEnvelope(id, entity.idField, path);
}

/** What the core is to show for a query whose data is rows. */
export function viewOf(
  { order, limit, offset }: QueryBindingSpec,
  entity: EntityDefinition,
  filter: string,
): ViewSpec {
  return {
    entity: entity.name,
    filter,
    path: '',
    live: true,
    ...(order ? { order } : {}),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** A filter that only one row passes. */
export function filterOfRow(filter: string, { idField }: EntityDefinition, id: RowId): string {
  const text = String(id);
  // In quotes a value may hold anything.
  const value = /^[\w-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
  return [filter, `${idField}=eq.${value}`].filter((part) => part !== '').join(',');
}
