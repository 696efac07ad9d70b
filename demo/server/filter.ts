import { FilterError, FilterSyntax, type Tree } from '../../js/testing/rows/filter-syntax.ts';
import { rawMembers } from '../../js/testing/rows/raw-row.ts';
import { Condition, type Pin, type Truth } from './condition.ts';
import type { Param } from './database.ts';
import type { Entity } from './entities.ts';

export { FilterError, type Pin };

type Node =
  | { kind: 'all' | 'any'; negated: boolean; parts: Node[] }
  | { kind: 'condition'; negated: boolean; condition: Condition };

/** Which rows a subscription or a list wants (docs/protocol.md, "Filters"). */
export class Filter {
  /** A column's one value in every row that matches, where the filter says so plainly. */
  readonly pinned: Pin | undefined;
  readonly #root: Node & { kind: 'all' | 'any' };

  private constructor(entity: Entity, trees: readonly Tree[]) {
    const parts = trees.map((each) => nodeOf(entity, each));
    this.#root = { kind: 'all', negated: false, parts };
    this.pinned = pinOf(parts);
  }

  /** @throws FilterError */
  static parse(entity: Entity, text: string): Filter {
    return new Filter(entity, FilterSyntax.list(text));
  }

  /** Every one of several `column=op.value`, whose values may hold commas. @throws FilterError */
  static all(entity: Entity, conditions: readonly string[]): Filter {
    return new Filter(
      entity,
      conditions.map((each) => FilterSyntax.single(each)),
    );
  }

  get empty(): boolean {
    return this.#root.parts.length === 0;
  }

  /** Of a row as `to_jsonb(row)::text`. */
  matches(row: string): boolean {
    return this.empty || this.matchesMembers(rawMembers(row));
  }

  /** Of a row's raw members. */
  matchesMembers(members: ReadonlyMap<string, string>): boolean {
    return this.empty || holds(this.#root, members) === true;
  }

  /** An SQL condition over the table `t`; pushes its parameters. */
  toSql(params: Param[]): string {
    return this.empty ? 'true' : sqlOf(this.#root, params);
  }
}

function pinOf(parts: readonly Node[]): Pin | undefined {
  for (const part of parts) {
    const pin = part.kind === 'condition' && !part.negated ? part.condition.pin : undefined;
    if (pin) return pin;
  }
  return undefined;
}

function nodeOf(entity: Entity, tree: Tree): Node {
  const { kind, negated } = tree;
  if (kind === 'condition') return { kind, negated, condition: new Condition(entity, tree) };
  return { kind, negated, parts: tree.parts.map((each) => nodeOf(entity, each)) };
}

function holds(node: Node, members: ReadonlyMap<string, string>): Truth {
  let truth: Truth;
  if (node.kind === 'condition') truth = node.condition.holds(members);
  else {
    const decided = node.kind === 'any';
    const parts = node.parts.map((each) => holds(each, members));
    truth = parts.includes(decided) ? decided : parts.includes(null) ? null : !decided;
  }
  return node.negated && truth !== null ? !truth : truth;
}

function sqlOf(node: Node, params: Param[]): string {
  const sql =
    node.kind === 'condition'
      ? node.condition.toSql(params)
      : node.parts.map((each) => sqlOf(each, params)).join(node.kind === 'all' ? ' and ' : ' or ');
  return node.negated ? `not (${sql})` : `(${sql})`;
}
