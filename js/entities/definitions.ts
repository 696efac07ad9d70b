import type { Conflict, RealtimeEvent } from '../core/effects.ts';
import type { ConflictPolicy, EntityShape } from '../core/engine.ts';
import { TidemarkError } from '../core/errors.ts';
import type { Submission } from '../realtime/edits.ts';

/** How one kind of row is called, identified and cached. Plain data: add your own freely. */
export interface EntityDefinition {
  /** What events and hooks call it. */
  name: string;
  /** The database table, accepted wherever the name is. */
  table: string;
  /** The member that identifies a row. */
  idField: string;
  /** A member that only grows (number or ISO timestamp); rows without it are taken as they come. */
  versionField?: string;
  /** What becomes of a pending edit of a field that somebody else changed. Default `rebase`. */
  conflict?: Exclude<ConflictPolicy, 'custom'>;
  /** The same for single fields; a function is given the conflict and returns the value to show. */
  conflicts?: Readonly<
    Record<string, Exclude<ConflictPolicy, 'custom'> | ((conflict: Conflict) => unknown)>
  >;
  /**
   * Tells the server of an edit that an earlier page left (`persistEdits`): that page's mutation
   * function is gone. Resolve with the server's row if it gives one. Rejected as `fetch` and axios
   * do without a network, or with an error whose `status` or `response.status` is 408, 425, 429,
   * 502, 503 or 504, the edit is tried again; else it is taken back. Send `submission.mutationId`
   * along: the earlier page may have sent it already, and a server that takes each id once
   * answers alike.
   */
  send?: (action: RealtimeEvent['action'], submission: Submission) => Promise<unknown>;
  /** Query key prefixes of the queries that show it. A row's own id follows `detail`. */
  queryKeys: { list: readonly unknown[]; detail?: readonly unknown[] };
}

function entity(name: string, table: string, key: readonly string[]): EntityDefinition {
  return {
    name,
    table,
    idField: 'id',
    versionField: 'version',
    queryKeys: { list: [...key, 'list'], detail: [...key, 'detail'] },
  };
}

/** The entities that are known when `createRealtimeIntegration` is given none. */
export const defaultEntities: readonly EntityDefinition[] = [
  entity('projects', 'projects', ['projects']),
  entity('applications', 'volunteer_applications', ['applications']),
  entity('volunteers', 'volunteers', ['volunteers']),
  entity('payments', 'payment_approvals', ['payments']),
  entity('organizations', 'ngos', ['organizations']),
  entity('admin_users', 'users', ['admin', 'users']),
  {
    name: 'vetting_queue',
    table: 'vetting_queue',
    idField: 'id',
    versionField: 'version',
    queryKeys: { list: ['admin', 'vetting', 'list'] },
  },
];

/** A definition as the core reads it. */
export function shapeOf({ name, idField, ...rest }: EntityDefinition): EntityShape {
  const { versionField, conflict, conflicts = {} } = rest;
  const policies = Object.entries(conflicts).map(([field, policy]) => [
    field,
    typeof policy === 'function' ? ('custom' as const) : policy,
  ]);
  return {
    name,
    idField,
    ...(versionField === undefined ? {} : { versionField }),
    ...(conflict === undefined ? {} : { conflict }),
    conflicts: Object.fromEntries(policies) as Record<string, ConflictPolicy>,
  };
}

/**
 * Finds a definition by entity name, else by table name.
 *
 * @throws TidemarkError `unknown_entity`, listing the known ones
 */
export function findEntity(
  definitions: readonly EntityDefinition[],
  nameOrTable: string,
): EntityDefinition {
  const found =
    definitions.find(({ name }) => name === nameOrTable) ??
    definitions.find(({ table }) => table === nameOrTable);
  if (found) return found;
  const known = definitions
    .map(({ name, table }) => (name === table ? name : `${name} (table ${table})`))
    .join(', ');
  throw new TidemarkError('unknown_entity', `no entity '${nameOrTable}'; known are ${known}`);
}
