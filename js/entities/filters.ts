import { TidemarkError } from '../core/errors.ts';

/** What a column is compared with. */
export type FilterScalar = string | number | bigint | boolean | Date | null;

const OPERATORS = [
  'eq',
  'neq',
  'gt',
  'gte',
  'lt',
  'lte',
  'isdistinct',
  'in',
  'is',
  'like',
  'ilike',
  'match',
  'imatch',
] as const;

/** As in [Filters](../protocol.md#filters). */
export type FilterOperator = (typeof OPERATORS)[number];

type Comparisons = {
  readonly [Operator in FilterOperator]?: FilterScalar | readonly FilterScalar[] | undefined;
};

/** A value to equal, a list of which it has to equal one, or comparisons: `{ gte: 1000 }`. */
export type FilterValue = FilterScalar | readonly FilterScalar[] | Comparisons;

/**
 * Which rows a list shows: all conditions hold. A member that is undefined is left out; null
 * means that the column is null.
 */
export type Filters<Row = Record<string, unknown>> = {
  readonly [Column in keyof Row & string]?: FilterValue | undefined;
};

/** A condition as `[column, 'op.value']`; for a group of them the column is `or`. */
type Condition = readonly [column: string, operation: string];

/** Names that mean something else in a list's address. */
const RESERVED = new Set(['and', 'or', 'filter', 'limit', 'offset', 'order', 'select']);
const COLUMN = /^[\p{L}_][\p{L}\p{N}_]*(->>?[\p{L}\p{N}_]+)*$/u;

/**
 * The same filters in one form, so that equal ones make equal query keys: members and lists
 * in order, nothing twice, nothing undefined.
 *
 * @throws TidemarkError `bad_filter`
 */
export function normalizeFilters(filters: object): Record<string, unknown> {
  conditionsOf(filters);
  return Object.fromEntries(membersOf(filters).map(([name, value]) => [name, normalized(value)]));
}

/**
 * Filters as a subscription's: `status=in.(active),city=eq.Lahore`. Empty for all rows.
 *
 * @throws TidemarkError `bad_filter` for what is no column, operator or value
 */
export function filterText(filters: object): string {
  return conditionsOf(filters)
    .map(([column, operation]) => `${column}=${operation}`)
    .join(',');
}

/**
 * Filters as a list's query string has them, `status=in.(active)&city=eq.Lahore` before it is
 * encoded.
 *
 * @throws TidemarkError `bad_filter`
 */
export function filterParams(filters: object): Condition[] {
  return conditionsOf(filters, asParam);
}

function conditionsOf(filters: object, write = quoted): Condition[] {
  if (typeof filters !== 'object' || filters === null || Array.isArray(filters)) {
    bad(`filters are an object as { status: 'active' }, not ${shown(filters)}`);
  }
  return membersOf(filters).flatMap(([column, value]) => conditionsOn(column, value, write));
}

/** In order, and without those that are undefined. */
function membersOf(value: object): Array<[name: string, value: unknown]> {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => compare(a, b));
}

function conditionsOn(
  column: string,
  value: unknown,
  write: (text: string) => string,
): Condition[] {
  if (!COLUMN.test(column) || RESERVED.has(column)) bad(`'${column}' cannot name a column`);
  if (Array.isArray(value)) return [oneOf(column, value)];
  if (isComparisons(value)) {
    return membersOf(value).map(([operator, operand]) => [
      column,
      compared(column, operator, operand, write),
    ]);
  }
  return [[column, equals(column, value, write)]];
}

function isComparisons(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Date);
}

function compared(
  column: string,
  operator: string,
  operand: unknown,
  write: (text: string) => string,
): string {
  if (!(OPERATORS as readonly string[]).includes(operator)) {
    bad(`'${column}' has no operator '${operator}'; known are ${OPERATORS.join(', ')}`);
  }
  if (operator === 'in') {
    if (!Array.isArray(operand)) bad(`'${column}': 'in' takes a list, not ${shown(operand)}`);
    return `in.(${listOf(column, operand)})`;
  }
  if (operator === 'is') return `is.${word(column, operand)}`;
  if (operand === null) bad(`'${column}' compares with null by { is: null } only`);
  return `${operator}.${write(textOf(column, operand))}`;
}

function equals(column: string, value: unknown, write: (text: string) => string): string {
  if (value === null || typeof value === 'boolean') return `is.${value}`;
  return `eq.${write(textOf(column, value))}`;
}

/** One of a list; null among them is asked for by itself, because nothing equals it. */
function oneOf(column: string, values: readonly unknown[]): Condition {
  const others = values.filter((value) => value !== null);
  const list = `in.(${listOf(column, others)})`;
  if (others.length === values.length) return [column, list];
  return ['or', `(${column}.${list},${column}.is.null)`];
}

function listOf(column: string, values: readonly unknown[]): string {
  return [...new Set(values.map((value) => textOf(column, value)))]
    .sort(compare)
    .map((text) => quoted(text, true))
    .join(',');
}

function word(column: string, operand: unknown): string {
  const words = [null, true, false, 'null', 'not_null', 'true', 'false', 'unknown'];
  if (words.includes(operand as string)) return String(operand);
  return bad(`'${column}': 'is' takes null, not_null, true, false or unknown`);
}

function textOf(column: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return bad(`'${column}' cannot be compared with ${shown(value)}`);
}

/** What would end a value, or be taken for a quote, stands in quotes. */
function quoted(text: string, inList = false): string {
  const needed = /[,()"\\]|^\s|\s$/.test(text) || (inList && text === '');
  return needed ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}

/** In an address a value ends with its parameter, so that only a quote at its start misleads. */
function asParam(text: string): string {
  return text.startsWith('"') ? quoted(text) : text;
}

function normalized(value: unknown): unknown {
  if (Array.isArray(value)) {
    const texts = new Map(value.map((each) => [String(key(each)), key(each)]));
    return [...texts].sort(([a], [b]) => compare(a, b)).map(([, each]) => each);
  }
  if (!isComparisons(value)) return key(value);
  const members = membersOf(value).map(([operator, operand]) => [operator, normalized(operand)]);
  return Object.fromEntries(members);
}

/** As it stands in a query key, which is written as JSON. */
function key(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? String(value) : value;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function bad(message: string): never {
  throw new TidemarkError('bad_filter', message);
}
