import type { Kind } from '../../js/testing/rows/scalar.ts';

export type { Kind };

export interface Entity {
  name: string;
  table: string;
  idColumn: string;
  columns: ReadonlyMap<string, Kind>;
  /** A list gives no more than this at once. Default 10,000. */
  maxRows?: number;
}

/** As many as gauges.sql makes. */
export const GAUGE_COUNT = 100_000;

/** Set by triggers, never by a client. */
export const STAMPED_COLUMNS: readonly string[] = ['created_at', 'updated_at', 'version'];

function entity(name: string, table: string, columns: Record<string, Kind>): Entity {
  const all: Record<string, Kind> = {
    id: 'bigint',
    ...columns,
    details: 'json',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
    version: 'bigint',
  };
  return { name, table, idColumn: 'id', columns: new Map(Object.entries(all)) };
}

const gauges: Entity = {
  name: 'gauges',
  table: 'gauges',
  idColumn: 'id',
  columns: new Map([
    ['id', 'bigint'],
    ['station', 'text'],
    ['level_mm', 'bigint'],
    ['updated_at', 'timestamptz'],
    ['version', 'bigint'],
  ]),
  maxRows: GAUGE_COUNT,
};

export const entities: readonly Entity[] = [
  entity('projects', 'projects', {
    name: 'text',
    status: 'text',
    city: 'text',
    budget: 'numeric',
    volunteers_needed: 'bigint',
    tags: 'json',
  }),
  entity('applications', 'volunteer_applications', {
    project_id: 'bigint',
    volunteer_id: 'uuid',
    status: 'text',
    message: 'text',
  }),
  entity('volunteers', 'volunteers', {
    id: 'uuid',
    name: 'text',
    city: 'text',
    available: 'boolean',
    skills: 'json',
    hours: 'numeric',
  }),
  entity('payments', 'payment_approvals', {
    corporate_id: 'bigint',
    project_id: 'bigint',
    amount: 'numeric',
    currency: 'text',
    status: 'text',
  }),
  entity('organizations', 'ngos', { name: 'text', verification_status: 'text', city: 'text' }),
  entity('admin_users', 'users', {
    name: 'text',
    email: 'text',
    role: 'text',
    status: 'text',
    last_seen_at: 'timestamptz',
  }),
  entity('vetting_queue', 'vetting_queue', {
    subject: 'text',
    organization_id: 'bigint',
    priority: 'bigint',
    status: 'text',
  }),
  gauges,
];

const byName = new Map<string, Entity>([
  ...entities.map((each) => [each.table, each] as const),
  // Second, so that a name wins over a table of the same name.
  ...entities.map((each) => [each.name, each] as const),
]);

export function findEntity(nameOrTable: string): Entity | undefined {
  return byName.get(nameOrTable);
}
