/** A filter, and what it means written in SQL by other means than the server's. */
export interface Sample {
  filter: string;
  where: string;
}

export const TABLE = `
  create collation tidemark_letters from "C.utf8";
  create table samples (
    id bigint generated always as identity primary key,
    s text, n numeric, i bigint, b boolean, at timestamptz, u uuid, j jsonb
  );
  set timezone = 'Asia/Karachi'`;

const TEXTS = [
  '',
  'a',
  'A',
  'ab',
  'abc',
  'b',
  'B',
  'é',
  'É',
  'ж',
  'Жа',
  'σ',
  'Σ',
  'a b',
  'a,b',
  'a)b',
  '(a',
  'a.b',
  'a"b',
  'a\\b',
  '%',
  '_',
  '*',
  'a%b',
  'a_b',
  'line\nbreak',
  '😀',
  'null',
  'true',
  '10',
  '9',
];
const NUMBERS = [
  '0',
  '1',
  '-1',
  '1.5',
  '-1.50',
  '10',
  '9',
  '9007199254740993',
  '9007199254740992',
  '12345678901234567890.5',
  '0.00000001',
  '100',
];
const INTEGERS = [
  '0',
  '1',
  '-1',
  '7',
  '9',
  '10',
  '9007199254740993',
  '9007199254740992',
  '9223372036854775807',
];
const BOOLEANS = ['true', 'false'];
const TIMES = [
  '2026-01-01T00:00:00Z',
  '2026-01-01T05:00:00+05:00',
  '2026-01-01 00:00:00.000001+00',
  '2025-12-31',
  '2026-06-01T12:30:00.5-03:30',
  '1969-07-20T20:17Z',
];
const UUIDS = [
  '00000000-0000-4000-8000-000000000001',
  '00000000-0000-4000-8000-00000000000f',
  'ffffffff-0000-4000-8000-000000000000',
];
// Not JSON's null: a row's JSON does not tell it from SQL's.
const JSONS = [
  '{}',
  '[]',
  '{"a": 1}',
  '{"a": 10, "b": {"c": "x"}}',
  '{"a": "10"}',
  '{"a": null}',
  '{"a": [1, "x", {"c": 2}]}',
  '{"a": []}',
  '{"a": {"c": 1.0}}',
  '{"a": true}',
  '[1, 2, {"a": "é"}]',
  '{"a": "b\\"c", "1": "one"}',
  '"text"',
  '9',
  '{"a b": 1, "a.b": 2}',
];
const JSON_OPERANDS = ['null', '1', '10', '9.0', '"x"', '"10"', 'true', 'false', '""'];
const JSON_CONTAINERS = ['{}', '[]', '[1, "x", {"c": 2}]', '{"c":1}', '{"c":"x"}'];
const JSON_TEXTS = ['1', '10', '9', 'x', 'true', 'é', '{"c": 1.0}', 'one'];
/** As the filter writes them, and as SQL does. */
const PATHS: ReadonlyArray<readonly [string, string]> = [
  ['a', `'a'`],
  ['b->c', `'b'->'c'`],
  ['a->0', `'a'->0`],
  ['a->-1', `'a'->-1`],
  ['2->a', `2->'a'`],
  ['0', '0'],
  ['a->2->c', `'a'->2->'c'`],
  ['"1"', `'1'`],
  ['"a b"', `'a b'`],
  ['"a.b"', `'a.b'`],
];
const LIKES = [
  '*',
  '%',
  '_',
  'a*',
  '*b',
  'a_b',
  '*a*b*',
  '\\%',
  '\\_',
  '\\*',
  'É',
  'ж*',
  'Σ',
  'A*',
  'a\\\\b',
  '*\n*',
  '',
  '__',
  'a\\%b',
];
const REGEXES = [
  'a',
  '^a',
  'b$',
  '^$',
  '.',
  '^.{2,3}$',
  '[ab]',
  '[^a]',
  '^[a-c]+$',
  'a|é',
  '\\d+',
  '^\\w$',
  '\\W',
  '\\s',
  '\\.',
  '^(ab?c?)+$',
  '[[:upper:]]',
  '^[[:alpha:]]{1,2}$',
  'É',
  '^[à-ö]$',
  'a.b',
  '\\\\',
  '"',
  '^(a|b)*$',
  'a{2}',
  'x{0}',
  '(a*)+b',
  '[)(,]',
  '^ж',
  '[]_%*-]',
  '^.$',
  '\\S',
];

const COMPARISONS: Record<string, string> = {
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  isdistinct: 'is distinct from',
};
const POOLS = { n: NUMBERS, i: INTEGERS, b: BOOLEANS, at: TIMES, u: UUIDS } as const;
const TYPES = { n: 'numeric', i: 'numeric', b: 'boolean', at: 'timestamptz', u: 'uuid' } as const;

const literal = (text: string): string => `E'${text.replace(/['\\]/g, '\\$&')}'`;

/** Rows and filters that a seed decides. */
export class Samples {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** mulberry32, by Tommy Ettinger. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  #chance(probability: number): boolean {
    return this.#random() < probability;
  }
  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  insert(): string {
    const value = (list: readonly string[], type: string): string =>
      this.#chance(0.15) ? 'null' : `${literal(this.#pick(list))}::${type}`;
    const values = [
      value(TEXTS, 'text'),
      value(NUMBERS, 'numeric'),
      value(INTEGERS, 'bigint'),
      value(BOOLEANS, 'boolean'),
      value(TIMES, 'timestamptz'),
      value(UUIDS, 'uuid'),
      value(JSONS, 'jsonb'),
    ];
    return `set timezone = 'UTC'; insert into samples (s, n, i, b, at, u, j) values (${values.join(', ')})`;
  }

  /** Several conditions or trees, all of which must hold. */
  filter(): Sample {
    const parts = Array.from({ length: this.#chance(0.7) ? 1 : 2 }, () =>
      this.#chance(0.5) ? this.#condition('=') : this.#tree('=', 3),
    );
    return {
      filter: parts.map(({ filter }) => filter).join(','),
      where: parts.map(({ where }) => `(${where})`).join(' and '),
    };
  }

  #tree(separator: '=' | '', depth: number): Sample {
    const op = this.#pick(['and', 'or'] as const);
    const negated = this.#chance(0.3);
    const space = this.#chance(0.1) ? ' ' : '';
    const parts = Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () =>
      depth > 0 && this.#chance(0.4) ? this.#tree('', depth - 1) : this.#condition('.'),
    );
    const list = parts.map(({ filter }) => filter).join(`,${space}`);
    const where = parts.map((each) => `(${each.where})`).join(` ${op} `);
    return {
      filter: `${negated ? 'not.' : ''}${op}${separator}(${space}${list})`,
      where: negated ? `not (${where})` : where,
    };
  }

  #condition(separator: '=' | '.'): Sample {
    const negated = this.#chance(0.25);
    const { column, test, where } = this.#test(separator === '.');
    const name = separator === '.' && this.#chance(0.1) ? column.replace(/^\w+/, '"$&"') : column;
    return {
      filter: `${name}${separator}${negated ? 'not.' : ''}${test}`,
      where: negated ? `not (${where})` : where,
    };
  }

  /** As a value stands in a filter: in quotes where it must, and now and then where it need not. */
  #written(text: string, nested: boolean): string {
    const ends = nested ? /[,)]|^"/ : /,|^"/;
    if (!ends.test(text) && !this.#chance(0.2)) return text;
    return `"${text.replace(/["\\]/g, '\\$&')}"`;
  }

  #test(nested: boolean): { column: string; test: string; where: string } {
    if (this.#chance(0.12)) return this.#state_();
    const kind = this.#random();
    if (kind < 0.35) return this.#onText('s', `t.s collate "C"`, TEXTS, nested);
    if (kind < 0.55) return this.#onJson(nested);
    const column = this.#pick(['n', 'i', 'b', 'at', 'u'] as const);
    return this.#comparison(column, `t.${column}`, POOLS[column], `::${TYPES[column]}`, nested);
  }

  #state_(): { column: string; test: string; where: string } {
    const column = this.#pick(['s', 'n', 'i', 'b', 'at', 'u', 'j']);
    const states =
      column === 'b' ? ['null', 'not_null', 'true', 'false', 'unknown'] : ['null', 'not_null'];
    const state = this.#pick(states);
    return { column, test: `is.${state}`, where: `t.${column} is ${state.replace('_', ' ')}` };
  }

  #onText(column: string, left: string, texts: readonly string[], nested: boolean) {
    const op = this.#pick(['like', 'ilike', 'match', 'imatch', 'compare', 'compare', 'compare']);
    if (op === 'compare') return this.#comparison(column, left, texts, '', nested);
    const ignoresCase = op.startsWith('i');
    const isLike = op.endsWith('like');
    const pattern = this.#pick(isLike ? LIKES : REGEXES);
    const folded = (text: string): string =>
      ignoresCase ? `lower(${text} collate tidemark_letters) collate "C"` : text;
    // In SQL only % stands for any text.
    const inSql = pattern.replace(/\\([\s\S])|\*/g, (all, escaped) =>
      escaped === '*' ? '*' : escaped ? all : '%',
    );
    // Named classes are ASCII's in a filter, and Unicode's with the other collation.
    const collation = /\\[a-z]|\[:/i.test(pattern) ? '"C"' : 'tidemark_letters';
    const where = isLike
      ? `${folded(`(${left})`)} like ${folded(literal(inSql))}`
      : ignoresCase
        ? `(${left}) collate ${collation} ~* ${literal(pattern)}`
        : `${left} ~ ${literal(pattern)}`;
    return { column, test: `${op}.${this.#written(pattern, nested)}`, where };
  }

  #onJson(nested: boolean): { column: string; test: string; where: string } {
    const [path, inSql] = this.#pick(PATHS);
    if (this.#chance(0.4)) {
      const at = path.lastIndexOf('->');
      const column = at < 0 ? `j->>${path}` : `j->${path.slice(0, at)}->>${path.slice(at + 2)}`;
      const left = `(t.j->${inSql})`.replace(/->(?!.*->)/, '->>');
      return this.#onText(column, `${left} collate "C"`, JSON_TEXTS, nested);
    }
    const pool = this.#chance(0.3) ? JSON_CONTAINERS : JSON_OPERANDS;
    const equalsOnly = pool === JSON_CONTAINERS;
    return this.#comparison(`j->${path}`, `(t.j->${inSql})`, pool, '::jsonb', nested, equalsOnly);
  }

  #comparison(
    column: string,
    left: string,
    pool: readonly string[],
    cast: string,
    nested: boolean,
    equalsOnly = false,
  ): { column: string; test: string; where: string } {
    if (this.#chance(0.2)) {
      const values = Array.from({ length: Math.floor(this.#random() * 4) }, () => this.#pick(pool));
      const list = values.map((each) => this.#written(each, true)).join(',');
      const inSql = values.map((each) => `${literal(each)}${cast}`).join(', ');
      const where = values.length === 0 ? 'false' : `${left} in (${inSql})`;
      return {
        column,
        test: `in.(${list === '""' || list !== '' || values.length === 0 ? list : '""'})`,
        where,
      };
    }
    const ops = equalsOnly ? ['eq', 'neq', 'isdistinct'] : Object.keys(COMPARISONS);
    const op = this.#pick(ops);
    const value = this.#pick(pool);
    return {
      column,
      test: `${op}.${this.#written(value, nested)}`,
      where: `${left} ${COMPARISONS[op]} ${literal(value)}${cast}`,
    };
  }
}
