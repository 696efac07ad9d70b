import type { RowChange } from '../feed.ts';
import { FilterSyntax, type Tree } from '../rows/filter-syntax.ts';
import type { Tables } from '../tables.ts';
import { isObject } from './is-object.ts';
import { filteredRow, type RecordOptions, typeOf } from './supabase-record.ts';

const MAX_BINDINGS = 100;
const MAX_IN_VALUES = 100;
const MAX_FILTER = 16_384;
/** Ids are below this, as Erlang's hash of a term is. */
const ID_RANGE = 2 ** 27;
const EVENTS = new Set(['INSERT', 'UPDATE', 'DELETE']);

/** What a client asked for, as it asked: the join's answer repeats it. */
export interface BindingParams {
  event?: string;
  schema?: string;
  table?: string;
  filter?: string;
  select?: string[];
}

/** One entry of a join's `postgres_changes`, as the database takes it. */
export interface Binding {
  id: number;
  select: readonly string[] | undefined;
  /** Whether the client is told of a change; its table's options say what it would see of it. */
  wants(change: RowChange, options: RecordOptions): boolean;
}

/** The entries of a join, identical ones once. @throws Error, whose message says what is wrong */
export function readParams(list: unknown): BindingParams[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw new Error('postgres_changes is an array');
  if (list.length > MAX_BINDINGS) throw new Error(`at most ${MAX_BINDINGS} postgres_changes`);
  const byText = new Map<string, BindingParams>();
  for (const each of list as unknown[]) {
    if (each === null) continue;
    const params = readOne(each);
    byText.set(JSON.stringify(params), params);
  }
  return [...byText.values()];
}

function readOne(value: unknown): BindingParams {
  if (!isObject(value)) throw new Error('an entry of postgres_changes is an object');
  const params: BindingParams = {};
  for (const name of ['event', 'schema', 'table', 'filter'] as const) {
    const text = value[name];
    if (text === undefined || text === null) continue;
    if (typeof text !== 'string' || text.length > MAX_FILTER) {
      throw new Error(`${name} of an entry of postgres_changes is no text`);
    }
    params[name] = text;
  }
  if (Array.isArray(value.select)) {
    params.select = (value.select as unknown[]).filter((each) => typeof each === 'string');
  }
  return params;
}

/** The same for the same parameters, in every channel and after every reconnect. */
export function idOf(params: BindingParams): number {
  // FNV-1a, over the parameters in the order of their names.
  const text = JSON.stringify(Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)));
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  // Clients take 0 for no id.
  return ((hash >>> 0) % (ID_RANGE - 1)) + 1;
}

/** @throws Error, whose message says what the database would say */
export function bind(params: BindingParams, tables: Tables, onlySchema: string): Binding {
  const { schema = 'public', table: name = '*', select } = params;
  if (params.schema === undefined && params.table === undefined) {
    throw new Error(
      'No subscription params provided. ' +
        'Please provide at least a `schema` or `table` to subscribe to',
    );
  }
  if (select && select.length > 0 && (schema === '*' || name === '*')) {
    throw new Error('Column selection is not supported for wildcard subscriptions.');
  }
  const table = name === '*' ? '*' : tables.table(name);
  if (table === undefined || (schema !== '*' && schema !== onlySchema)) {
    throw new Error(
      'Unable to subscribe to changes with given parameters. Please check Realtime is enabled ' +
        `for the given connect parameters: [schema: ${schema}, table: ${name}]`,
    );
  }
  const event = params.event?.toUpperCase() ?? '*';
  const matches = filterOf(params.filter?.trim() ?? '', table, tables);
  return {
    id: idOf(params),
    select: select && select.length > 0 ? select : undefined,
    wants: (change, options) =>
      (table === '*' || change.table === table) &&
      // Another name means every event.
      (!EVENTS.has(event) || typeOf(change) === event) &&
      matches(filteredRow(change, options)),
  };
}

function filterOf(filter: string, table: string, tables: Tables): (row: string) => boolean {
  if (filter === '') return () => true;
  try {
    for (const tree of FilterSyntax.list(filter)) checkTree(tree);
    // A filter on every table has no columns to be read with.
    if (table === '*') throw new Error('a filter needs a table');
    return tables.matches(table, filter);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Error parsing \`filter\` params: ${why}`);
  }
}

/** Of the filter language this protocol has a part: a list of conditions on columns. */
function checkTree(tree: Tree): void {
  if (tree.kind !== 'condition') throw new Error('conditions are joined by commas alone');
  if (tree.field.path.length > 0) throw new Error('a condition is on a column');
  if (Array.isArray(tree.operand) && tree.operand.length > MAX_IN_VALUES) {
    throw new Error(`too many values for \`in\` filter. Maximum allowed is ${MAX_IN_VALUES}`);
  }
}
