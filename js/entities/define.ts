import { TidemarkError } from '../core/errors.ts';
import type { EntityDefinition } from './definitions.ts';

declare const row: unique symbol;

/** Says what a definition's rows are like, to the compiler only. */
export interface WithRow<Row> {
  readonly [row]?: Row;
}

/** The rows of a definition: `RowOf<typeof projects>`. */
export type RowOf<Definition> = Definition extends WithRow<infer Row> ? Row : never;

/**
 * Checks an entity's definition and gives it back with the types of its literals. To say what
 * its rows are like as well, give their type first: `defineEntity<Task>()({ … })`.
 *
 * @throws TidemarkError `bad_entity` that names what is wrong
 */
export function defineEntity<const Definition extends EntityDefinition>(
  definition: Definition,
): Definition & WithRow<Record<string, unknown>>;
export function defineEntity<Row extends object>(): <const Definition extends EntityDefinition>(
  definition: Definition,
) => Definition & WithRow<Row>;
export function defineEntity(definition?: EntityDefinition) {
  return definition ? checked(definition) : checked;
}

function checked(definition: EntityDefinition): EntityDefinition {
  for (const member of ['name', 'table', 'idField'] as const) {
    const value: unknown = definition[member];
    if (typeof value !== 'string' || value === '') {
      bad(definition, `${member} must be a text that is not empty`);
    }
  }
  const { fixedFields = [] } = definition as { fixedFields?: unknown };
  const areNames = Array.isArray(fixedFields) && fixedFields.every((it) => typeof it === 'string');
  if (!areNames) bad(definition, "fixedFields must be an array of names as ['project_id']");
  const { list, detail, derived } = { ...definition.queryKeys } as { [name: string]: unknown };
  if (!isKey(list)) bad(definition, "queryKeys.list must be an array as ['tasks', 'list']");
  if (detail !== undefined && !isKey(detail)) {
    bad(definition, "queryKeys.detail must be an array as ['tasks', 'detail']");
  }
  if (derived !== undefined && !(Array.isArray(derived) && derived.every(isKey))) {
    bad(definition, "queryKeys.derived must be an array of keys as [['tasks', 'totals']]");
  }
  return definition;
}

/** An empty prefix would be every query's. */
function isKey(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function bad({ name }: EntityDefinition, message: string): never {
  throw new TidemarkError('bad_entity', `the definition of entity '${name}': ${message}`);
}
