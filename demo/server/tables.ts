import type { Kind } from '../../js/testing/rows/scalar.ts';
import type { Column, Tables } from '../../js/testing/tables.ts';
import { type Entity, entities, findEntity } from './entities.ts';
import { Filter } from './filter.ts';

/** As Postgres calls them where it streams changes. */
const TYPES: Record<Kind, string> = {
  bigint: 'int8',
  numeric: 'numeric',
  text: 'text',
  boolean: 'bool',
  timestamptz: 'timestamptz',
  uuid: 'uuid',
  json: 'jsonb',
};

const columnsByTable = new Map<string, readonly Column[]>(
  entities.map(({ table, columns }) => [
    table,
    Array.from(columns, ([name, kind]) => ({ name, type: TYPES[kind] })),
  ]),
);

/** The demo's tables, under their own names and those of their entities. */
export const demoTables: Tables = {
  table: (name) => findEntity(name)?.table,
  matches: (table, text) => {
    const filter = Filter.parse(entityOf(table), text);
    return (row) => filter.matches(row);
  },
  columns: (table) => columnsByTable.get(table),
  keys: (table) => [entityOf(table).idColumn],
};

/** Where clients speak of tables, not of entities. */
export const tablesOnly: Tables = {
  ...demoTables,
  table: (name) => (columnsByTable.has(name) ? name : undefined),
};

function entityOf(table: string): Entity {
  const entity = findEntity(table);
  if (!entity) throw new Error(`there is no table ${table}`);
  return entity;
}
