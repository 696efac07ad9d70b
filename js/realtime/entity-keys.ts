import { hashKey, type QueryKey } from '@tanstack/react-query';
import type { RowId } from '../core/effects.ts';
import type { EntityDefinition } from '../entities/definitions.ts';

export function startsWith(key: QueryKey, prefix: readonly unknown[]): boolean {
  return key.length >= prefix.length && hashKey(key.slice(0, prefix.length)) === hashKey(prefix);
}

export function isListKey(key: QueryKey, { queryKeys }: EntityDefinition): boolean {
  return startsWith(key, queryKeys.list);
}

export function isDetailKey(key: QueryKey, { queryKeys: { detail } }: EntityDefinition): boolean {
  return detail !== undefined && startsWith(key, detail);
}

/** The id in the key of a query that shows one row and nothing more, else undefined. */
export function rowIdIn(key: QueryKey, entity: EntityDefinition): RowId | undefined {
  const { detail = [] } = entity.queryKeys;
  if (!isDetailKey(key, entity) || key.length !== detail.length + 1) return undefined;
  const id = key[detail.length];
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
