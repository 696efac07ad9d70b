import type { Conflict, RealtimeEvent } from '../core/effects.ts';
import type { ConflictPolicy, EntityShape } from '../core/engine.ts';
import { TidemarkError } from '../core/errors.ts';
import type { Submission } from '../realtime/edit.ts';

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
  /**
   * Members that never change in a row, as a foreign key often does; the id is one by itself. To
   * a server that looks at a row only as it is after a change (Supabase), only conditions on
   * these are sent: of a row that leaves any other filter it would not tell. The rest is left out
   * here.
   */
  fixedFields?: readonly string[];
  /** What becomes of a pending edit of a field that somebody else changed. Default `rebase`. */
  conflict?: Exclude<ConflictPolicy, 'custom'>;
  /** The same for single fields; a function is given the conflict and returns the value to show. */
  conflicts?: Readonly<
    Record<string, Exclude<ConflictPolicy, 'custom'> | ((conflict: Conflict) => unknown)>
  >;
  /**
   * Tells the server of an edit that an earlier page left (`persistEdits`): that page's mutation
   * function is gone. `withRest` of `tidemark/entities` gives a REST server's. Resolve with the
   * server's row if it gives one. Rejected as `fetch` and axios do without a network, or with an
   * error whose `status` or `response.status` is 408, 425, 429, 502, 503 or 504, the edit is tried
   * again; else it is taken back. Send `submission.mutationId` along: the earlier page may have
   * sent it already, and a server that takes each id once answers alike.
   */
  send?: (action: RealtimeEvent['action'], submission: Submission) => Promise<unknown>;
  /** Which queries show it. */
  queryKeys: EntityQueryKeys;
}

/** Prefixes of query keys. */
export interface EntityQueryKeys {
  /** Of lists of its rows. */
  list: readonly unknown[];
  /** Of single rows; the row's id follows. */
  detail?: readonly unknown[];
  /** Of queries that are computed from its rows, as totals are. A change invalidates them. */
  derived?: ReadonlyArray<readonly unknown[]>;
}

/** The query key of the platform's totals. */
export const statsKey: readonly unknown[] = ['admin', 'stats'];

function entity(
  name: string,
  table: string,
  queryKeys: Omit<EntityQueryKeys, 'derived'>,
): EntityDefinition {
  const identity = { idField: 'id', versionField: 'version' };
  return { name, table, ...identity, queryKeys: { ...queryKeys, derived: [statsKey] } };
}

function keysUnder(...key: string[]): Omit<EntityQueryKeys, 'derived'> {
  return { list: [...key, 'list'], detail: [...key, 'detail'] };
}

/** The entities that are known when `createRealtimeIntegration` is given none. */
export const defaultEntities: readonly EntityDefinition[] = [
  entity('projects', 'projects', keysUnder('projects')),
  entity('applications', 'volunteer_applications', keysUnder('applications')),
  entity('volunteers', 'volunteers', keysUnder('volunteers')),
  entity('payments', 'payment_approvals', keysUnder('payments')),
  entity('organizations', 'ngos', keysUnder('organizations')),
  entity('admin_users', 'users', keysUnder('admin', 'users')),
  entity('vetting_queue', 'vetting_queue', { list: ['admin', 'vetting', 'list'] }),
];

/** A definition as the core reads it. */
export function shapeOf({ name, table, idField, ...rest }: EntityDefinition): EntityShape {
  const { versionField, fixedFields, conflict, conflicts = {} } = rest;
  const policies = Object.entries(conflicts).map(([field, policy]) => [
    field,
    typeof policy === 'function' ? ('custom' as const) : policy,
  ]);
  return {
    name,
    table,
    idField,
    ...(versionField === undefined ? {} : { versionField }),
    ...(fixedFields === undefined ? {} : { fixedFields }),
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
