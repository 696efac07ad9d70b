import { FilterSyntax, type Tree } from './filter-syntax.ts';
import { LikePattern } from './like.ts';
import { rawElements, rawMembers } from './raw-row.ts';
import { Regex } from './regex.ts';
import { compareScalars, type Kind, scalarOfText } from './scalar.ts';

/** SQL's true, false and unknown. */
type Truth = boolean | null;
/** Undefined is SQL's null. */
type Test = (json: string | undefined) => Truth;

const COMPARISONS: ReadonlyMap<string, (order: number) => boolean> = new Map([
  ['eq', (order: number) => order === 0],
  ['neq', (order: number) => order !== 0],
  ['lt', (order: number) => order < 0],
  ['lte', (order: number) => order <= 0],
  ['gt', (order: number) => order > 0],
  ['gte', (order: number) => order >= 0],
]);

const STATES: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['null', (json) => json === undefined],
  ['unknown', (json) => json === undefined],
  ['not_null', (json) => json !== undefined],
  ['true', (json) => json === 'true'],
  ['false', (json) => json === 'false'],
]);

/** Which rows a filter wants, when nothing but the rows tells what their columns hold. */
export class RowFilter {
  readonly #holds: (members: ReadonlyMap<string, string>) => Truth;

  private constructor(trees: readonly Tree[]) {
    this.#holds = all(trees.map(compile));
  }

  /** @throws Error, whose message says why it is none */
  static parse(text: string): RowFilter {
    return new RowFilter(FilterSyntax.list(text));
  }

  /** Of a row's JSON text. */
  matches(row: string): boolean {
    return this.#holds(rawMembers(row)) === true;
  }
}

function compile(tree: Tree): (members: ReadonlyMap<string, string>) => Truth {
  const holds = tree.kind === 'condition' ? conditionOf(tree) : groupOf(tree);
  return tree.negated ? (members) => not(holds(members)) : holds;
}

function groupOf({ kind, parts }: Tree & { kind: 'all' | 'any' }) {
  const each = parts.map(compile);
  if (kind === 'all') return all(each);
  // Neither of them: not all of their opposites.
  const none = all(each.map((holds) => (members) => not(holds(members))));
  return (members: ReadonlyMap<string, string>) => not(none(members));
}

function all(parts: ReadonlyArray<(members: ReadonlyMap<string, string>) => Truth>) {
  return (members: ReadonlyMap<string, string>): Truth => {
    let truth: Truth = true;
    for (const holds of parts) {
      const part = holds(members);
      if (part === false) return false;
      if (part === null) truth = null;
    }
    return truth;
  };
}

function not(truth: Truth): Truth {
  return truth === null ? null : !truth;
}

function conditionOf({ field, op, operand }: Tree & { kind: 'condition' }) {
  const test = Array.isArray(operand) ? oneOf(operand) : testOf(op, operand);
  return (members: ReadonlyMap<string, string>): Truth => {
    let json = members.get(field.column);
    for (const step of field.path) json = json === undefined ? undefined : follow(json, step);
    return test(json === 'null' ? undefined : json);
  };
}

function follow(json: string, step: string | number): string | undefined {
  if (json.startsWith('{')) return rawMembers(json).get(String(step));
  return typeof step === 'number' && json.startsWith('[') ? rawElements(json).at(step) : undefined;
}

function oneOf(texts: readonly string[]): Test {
  return (json) => {
    if (texts.length === 0) return false;
    return json === undefined ? null : texts.some((text) => orderOf(json, text) === 0);
  };
}

/** @throws Error for what is no operator, or has no such operand */
function testOf(op: string, operand: string): Test {
  const holds = COMPARISONS.get(op);
  if (holds) {
    return (json) => {
      const order = json === undefined ? null : orderOf(json, operand);
      return order === null ? null : holds(order);
    };
  }
  switch (op) {
    case 'is': {
      const state = STATES.get(operand);
      if (!state) throw new Error(`is.${operand.slice(0, 40)} is no state of a value`);
      return state;
    }
    case 'isdistinct':
      return (json) => json === undefined || orderOf(json, operand) !== 0;
    case 'like':
    case 'ilike':
      return onText(new LikePattern(operand, op === 'ilike'));
    case 'match':
    case 'imatch':
      return onText(new Regex(operand, op === 'imatch'));
    default:
      throw new Error(`'${op.slice(0, 40)}' is no operator`);
  }
}

function onText(pattern: { matches(text: string): boolean }): Test {
  return (json) => (json === undefined ? null : pattern.matches(textOf(json)));
}

function textOf(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** Null where the two cannot be compared. */
function orderOf(json: string, operand: string): number | null {
  const text = textOf(json);
  for (const kind of kindsOf(json)) {
    const value = scalarOfText(kind, text);
    const other = scalarOfText(kind, operand);
    if (value !== undefined && other !== undefined) return compareScalars(value, other);
  }
  return null;
}

/** A row tells a moment and a uuid from other texts by nothing but their looks. */
function kindsOf(json: string): readonly Kind[] {
  if (json.startsWith('"')) return ['timestamptz', 'text'];
  if (json === 'true' || json === 'false') return ['boolean'];
  return /^[-\d]/.test(json) ? ['numeric'] : [];
}
