import type { Param } from './database.ts';
import type { Entity, Kind } from './entities.ts';
import { rawMembers } from './raw-row.ts';
import { compareScalars, type Scalar, scalarOfJson, scalarOfText } from './scalar.ts';

const COMPARISONS = { eq: '=', neq: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
const STATES = { null: 'null', true: 'true', false: 'false' } as const;
const MAX_CONDITIONS = 50;
const MAX_VALUES = 100;

type Comparison = keyof typeof COMPARISONS;

interface Condition {
  column: string;
  kind: Kind;
  negated: boolean;
  test:
    | { op: Comparison; text: string; value: Scalar }
    | { op: 'in'; texts: string[]; values: Scalar[] }
    | { op: 'is'; state: keyof typeof STATES };
}

/** The text is no filter for this entity; the message says why. */
export class FilterError extends Error {}

/** Which rows a subscription or a list wants (docs/protocol.md, "Filters"). */
export class Filter {
  readonly #conditions: readonly Condition[];

  private constructor(conditions: readonly Condition[]) {
    this.#conditions = conditions;
  }

  /** @throws FilterError */
  static parse(entity: Entity, text: string): Filter {
    return Filter.all(entity, text === '' ? [] : splitAtCommas(text));
  }

  /** Every one of several `column=op.value` must hold. @throws FilterError */
  static all(entity: Entity, conditions: readonly string[]): Filter {
    if (conditions.length > MAX_CONDITIONS) throw new FilterError('too many conditions');
    return new Filter(conditions.map((each) => parseCondition(entity, each)));
  }

  get empty(): boolean {
    return this.#conditions.length === 0;
  }

  /** Of a row as `to_jsonb(row)::text`. */
  matches(row: string): boolean {
    if (this.empty) return true;
    const members = rawMembers(row);
    return this.#conditions.every((each) => holds(each, members.get(each.column)));
  }

  /** An SQL condition over the table `t`; pushes its parameters. */
  toSql(params: Param[]): string {
    return this.#conditions.map((each) => conditionSql(each, params)).join(' and ') || 'true';
  }
}

function parseCondition(entity: Entity, text: string): Condition {
  const equals = text.indexOf('=');
  const column = text.slice(0, Math.max(equals, 0));
  const kind = entity.columns.get(column);
  if (!kind) throw new FilterError(`'${text}' does not begin with a column of ${entity.name}`);
  let rest = text.slice(equals + 1);
  const negated = rest.startsWith('not.');
  if (negated) rest = rest.slice('not.'.length);
  const dot = rest.indexOf('.');
  const op = rest.slice(0, Math.max(dot, 0));
  const operand = rest.slice(dot + 1);
  return { column, kind, negated, test: parseTest(column, kind, op, operand) };
}

function parseTest(column: string, kind: Kind, op: string, operand: string): Condition['test'] {
  if (op === 'is') {
    if (!Object.hasOwn(STATES, operand)) throw new FilterError(`'${column}' is.${operand}`);
    if (operand !== 'null' && kind !== 'boolean') {
      throw new FilterError(`'${column}' is neither true nor false`);
    }
    return { op, state: operand as keyof typeof STATES };
  }
  const scalarOf = (text: string): Scalar => {
    const value = scalarOfText(kind, text);
    if (value === undefined) throw new FilterError(`'${text}' cannot be compared with '${column}'`);
    return value;
  };
  if (op === 'in') {
    if (!operand.startsWith('(') || !operand.endsWith(')') || operand.length < 2) {
      throw new FilterError(`'${column}' needs in.(value,value)`);
    }
    const texts = splitAtCommas(operand.slice(1, -1)).map(unquoted);
    if (texts.length > MAX_VALUES) throw new FilterError(`more than ${MAX_VALUES} values`);
    return { op, texts, values: texts.map(scalarOf) };
  }
  if (!Object.hasOwn(COMPARISONS, op)) throw new FilterError(`'${op}' is no operator`);
  const text = unquoted(operand);
  return { op: op as Comparison, text, value: scalarOf(text) };
}

function holds({ kind, negated, test }: Condition, json: string | undefined): boolean {
  if (test.op === 'is') return ((json ?? 'null') === test.state) !== negated;
  const value = scalarOfJson(kind, json);
  // SQL: a comparison with null is neither true nor false, negated or not.
  if (value === undefined) return false;
  if (test.op === 'in') {
    return test.values.some((each) => compareScalars(value, each) === 0) !== negated;
  }
  return compares(test.op, compareScalars(value, test.value)) !== negated;
}

function compares(op: Comparison, order: number): boolean {
  switch (op) {
    case 'eq':
      return order === 0;
    case 'neq':
      return order !== 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
  }
}

function conditionSql({ column, kind, negated, test }: Condition, params: Param[]): string {
  // From the entity's own list of columns, so it is a plain lower-case name.
  const name = `t.${column}`;
  if (test.op === 'is') return `${name} is ${negated ? 'not ' : ''}${STATES[test.state]}`;
  const parameter = (text: string): string => {
    params.push(text);
    // numeric also for whole numbers: 1.5 and 10^30 are fair to compare with them.
    const type = kind === 'bigint' ? 'numeric' : kind;
    return `$${params.length}::text${type === 'text' ? '' : `::${type}`}`;
  };
  const left = kind === 'text' ? `${name} collate "C"` : name;
  const sql =
    test.op === 'in'
      ? `${left} in (${test.texts.map(parameter).join(', ')})`
      : `${left} ${COMPARISONS[test.op]} ${parameter(test.text)}`;
  return negated ? `not (${sql})` : `(${sql})`;
}

/** At commas that stand neither in quotes nor in parentheses. */
function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replace(/\\([\s\S])/g, '$1');
}
