import { defaultEntities, type EntityDefinition } from 'tidemark/entities';

/** One policy of each kind, to be tried out: edit the same field on two pages. */
const POLICIES: Readonly<Record<string, NonNullable<EntityDefinition['conflicts']>>> = {
  // `name` and `city` have the default, rebase: the edit is replayed on top.
  projects: {
    status: 'server-wins',
    budget: 'last-write-wins',
    volunteers_needed: 'increment',
    tags: 'union',
  },
  volunteers: { hours: 'increment', skills: 'union' },
  organizations: { verification_status: 'server-wins' },
  // What is urgent to anybody stays urgent.
  vetting_queue: {
    priority: ({ mine, theirs }) => Math.max(Number(mine), Number(theirs)),
  },
};

export const entities: readonly EntityDefinition[] = defaultEntities.map((entity) => {
  const conflicts = POLICIES[entity.name];
  return conflicts ? { ...entity, conflicts } : entity;
});

/** What becomes of a pending edit of this field when somebody else changed it. */
export function policyOf(entity: string, field: string): string {
  const policy = POLICIES[entity]?.[field] ?? 'rebase';
  return typeof policy === 'function' ? 'custom' : policy;
}
