import { type Field, FilterError, type Tree } from '../../js/testing/rows/filter-syntax.ts';
import { lowered } from '../../js/testing/rows/letter-case.ts';
import { LikePattern } from '../../js/testing/rows/like.ts';
import { rawElements, rawMembers } from '../../js/testing/rows/raw-row.ts';
import { Regex, RegexError } from '../../js/testing/rows/regex.ts';
import {
  compareScalars,
  type Scalar,
  scalarOfJson,
  scalarOfText,
} from '../../js/testing/rows/scalar.ts';
import type { Param } from './database.ts';
import type { Entity, Kind } from './entities.ts';
import { compareJson, isJson, isScalarJson } from './json-order.ts';

const COMPARISONS = {
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  isdistinct: 'is distinct from',
} as const;
const STATES = {
  null: 'is null',
  not_null: 'is not null',
  true: 'is true',
  false: 'is false',
  unknown: 'is unknown',
} as const;
/** Letters by Unicode's rules, see schema.sql; all else by collation "C". */
const LETTERS = 'collate tidemark_letters';

type Comparison = keyof typeof COMPARISONS;
type State = keyof typeof STATES;
type Test =
  | { op: Comparison; text: string }
  | { op: 'in'; texts: string[] }
  | { op: 'is'; state: State }
  | { op: 'like'; pattern: LikePattern; ignoreCase: boolean }
  | { op: 'match'; pattern: string; regex: Regex; ignoreCase: boolean };

/** SQL's true, false and unknown. */
export type Truth = boolean | null;

/** A column and the value that it must have, as `pinValue` gives it of a row. */
export interface Pin {
  column: string;
  value: string;
}

/** Kinds whose values are equal only if their text is, when it is written like this. */
const PLAIN_TEXT: Partial<Record<Kind, RegExp>> = {
  bigint: /^(?:0|-?[1-9]\d{0,18})$/,
  uuid: /^[0-9a-f-]{36}$/,
  boolean: /^/,
  text: /^/,
};

/** The value of a member, to be looked up by. */
export function pinValue(json: string | undefined): string {
  return json === undefined ? 'null' : textOf(json);
}

/** One comparison of a filter. */
export class Condition {
  readonly #field: Field;
  /** How the field's values compare; undefined for JSON. */
  readonly #kind: Kind | undefined;
  readonly #test: Test;

  /** @throws FilterError */
  constructor(entity: Entity, { field, op, operand }: Tree & { kind: 'condition' }) {
    const kind = entity.columns.get(field.column);
    if (!kind) throw new FilterError(`'${field.column}' is no column of ${entity.name}`);
    this.#field = field;
    this.#kind = field.as === 'column' ? kind : field.as === 'text' ? 'text' : undefined;
    this.#test = this.#read(op, operand);
  }

  /** Of a row's raw members. */
  holds(members: ReadonlyMap<string, string>): Truth {
    const test = this.#test;
    const json = this.#valueIn(members);
    if (test.op === 'is') return isState(json, test.state);
    if (test.op === 'in') {
      if (test.texts.length === 0) return false;
      if (json === undefined) return null;
      return test.texts.some((text) => this.#compare(json, text) === 0);
    }
    if (json === undefined) return test.op === 'isdistinct' ? true : null;
    if (test.op === 'like') return test.pattern.matches(textOf(json));
    if (test.op === 'match') return test.regex.matches(textOf(json));
    return compares(test.op, this.#compare(json, test.text));
  }

  /** Set when it says no more than that a column has one value. */
  get pin(): Pin | undefined {
    const { column, as } = this.#field;
    if (this.#test.op !== 'eq' || as !== 'column' || this.#kind === undefined) return undefined;
    const value = this.#test.text;
    return PLAIN_TEXT[this.#kind]?.test(value) ? { column, value } : undefined;
  }

  /** Over the table `t`; pushes its parameters. */
  toSql(params: Param[]): string {
    const test = this.#test;
    if (test.op === 'in' && test.texts.length === 0) return 'false';
    const left = this.#leftSql(params);
    switch (test.op) {
      case 'is':
        return `${left} ${STATES[test.state]}`;
      case 'in':
        return `${left} in (${test.texts.map((each) => this.#operandSql(each, params)).join(', ')})`;
      case 'like':
        return `${this.#lettersSql(left, test.ignoreCase)} like ${parameter(test.pattern.sql, params)}`;
      case 'match': {
        // ASCII letters are left to ~*, because \S is not \s.
        const { pattern: written, ignoreCase } = test;
        const pattern = ignoreCase ? written.replace(/[\u0080-\u{10ffff}]+/gu, lowered) : written;
        const operator = ignoreCase ? '~*' : '~';
        return `${this.#lettersSql(left, ignoreCase)} ${operator} ${parameter(pattern, params)}`;
      }
      default:
        return `${left} ${COMPARISONS[test.op]} ${this.#operandSql(test.text, params)}`;
    }
  }

  #read(op: string, operand: string | string[]): Test {
    const name = this.#field.column;
    if (Array.isArray(operand)) {
      for (const each of operand) this.#checkOperand(each);
      return { op: 'in', texts: operand };
    }
    if (op === 'is') {
      if (!Object.hasOwn(STATES, operand)) throw new FilterError(`'${name}' is.${operand}`);
      const needsBoolean = operand !== 'null' && operand !== 'not_null';
      if (needsBoolean && this.#kind !== 'boolean') {
        throw new FilterError(`'${name}' is neither true nor false`);
      }
      return { op, state: operand as State };
    }
    const ignoreCase = op.startsWith('i');
    const pattern = ignoreCase ? op.slice(1) : op;
    if (pattern === 'like' || pattern === 'match')
      return this.#readPattern(pattern, operand, ignoreCase);
    if (!Object.hasOwn(COMPARISONS, op)) throw new FilterError(`'${op}' is no operator`);
    this.#checkOperand(operand);
    const needsOrder = op !== 'eq' && op !== 'neq' && op !== 'isdistinct';
    if (this.#field.as === 'json' && needsOrder && !isScalarJson(operand)) {
      throw new FilterError(`'${operand}' has no place among other values`);
    }
    return { op: op as Comparison, text: operand };
  }

  #readPattern(op: 'like' | 'match', operand: string, ignoreCase: boolean): Test {
    if (this.#kind !== 'text') throw new FilterError(`'${this.#field.column}' is no text`);
    this.#checkOperand(operand);
    try {
      if (op === 'like') return { op, pattern: new LikePattern(operand, ignoreCase), ignoreCase };
      return { op, pattern: operand, regex: new Regex(operand, ignoreCase), ignoreCase };
    } catch (error) {
      if (error instanceof RegexError || error instanceof RangeError) {
        throw new FilterError(error.message);
      }
      throw error;
    }
  }

  #checkOperand(text: string): void {
    const fits = this.#kind ? scalarOfText(this.#kind, text) !== undefined : isJson(text);
    if (!fits) throw new FilterError(`'${text}' cannot be compared with '${this.#field.column}'`);
  }

  /** The value's raw JSON; undefined for SQL's null. */
  #valueIn(members: ReadonlyMap<string, string>): string | undefined {
    const { column, path, as } = this.#field;
    let json = members.get(column);
    // A row does not tell SQL's null from JSON's in a column; the former is meant.
    if (json === 'null') return undefined;
    for (const step of path) json = json === undefined ? undefined : follow(json, step);
    return json === 'null' && as !== 'json' ? undefined : json;
  }

  #compare(json: string, text: string): number {
    if (!this.#kind) return compareJson(json, text);
    const kind = this.#kind;
    const value = kind === 'text' ? textOf(json) : (scalarOfJson(kind, json) as Scalar);
    return compareScalars(value, scalarOfText(kind, text) as Scalar);
  }

  #leftSql(params: Param[]): string {
    const { column, path, as } = this.#field;
    // From the entity's own list of columns, so it is a plain lower-case name.
    const name = `t.${column}`;
    if (as === 'column') return this.#kind === 'text' ? `${name} collate "C"` : name;
    const steps = path.map((step, at) => {
      const arrow = as === 'text' && at === path.length - 1 ? '->>' : '->';
      return `${arrow} ${parameter(String(step), params)}${typeof step === 'number' ? '::int' : ''}`;
    });
    const value = `(to_jsonb(${name}) ${steps.join(' ')})`;
    return as === 'text' ? `${value} collate "C"` : value;
  }

  #lettersSql(left: string, ignoreCase: boolean): string {
    return ignoreCase ? `lower((${left}) ${LETTERS}) collate "C"` : left;
  }

  #operandSql(text: string, params: Param[]): string {
    const value = parameter(text, params);
    switch (this.#kind) {
      case undefined:
        return `${value}::jsonb`;
      case 'text':
        return value;
      case 'bigint':
        // Also for whole numbers: 1.5 and 10^30 are fair to compare with them.
        return `${value}::numeric`;
      default:
        return `${value}::${this.#kind}`;
    }
  }
}

function parameter(text: string, params: Param[]): string {
  params.push(text);
  return `$${params.length}::text`;
}

function follow(json: string, step: string | number): string | undefined {
  if (typeof step === 'string') {
    return json.startsWith('{') ? rawMembers(json).get(step) : undefined;
  }
  if (json.startsWith('{')) return undefined;
  // Postgres keeps a lone scalar as an array of one.
  return (json.startsWith('[') ? rawElements(json) : [json]).at(step);
}

function textOf(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

function isState(json: string | undefined, state: State): boolean {
  if (state === 'null' || state === 'unknown') return json === undefined;
  return state === 'not_null' ? json !== undefined : json === state;
}

function compares(op: Comparison, order: number): boolean {
  switch (op) {
    case 'eq':
      return order === 0;
    case 'neq':
    case 'isdistinct':
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
