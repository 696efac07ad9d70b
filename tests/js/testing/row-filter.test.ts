import { describe, expect, it } from 'vitest';
import { findEntity } from '../../../demo/server/entities.ts';
import { Filter } from '../../../demo/server/filter.ts';
import { RowFilter } from '../../../js/testing/rows/row-filter.ts';

const TEXTS = ['', 'a', 'A', 'ab', 'b', 'a,b', 'a"b', 'é', 'É', '10', '9', '😀', '\uffee', 'null'];
const NUMBERS = ['0', '1', '-1.50', '10', '9', '9.0', '9007199254740993', '9007199254740992'];
const TIMES = ['2026-01-01T00:00:00+00:00', '2026-01-01T05:00:00+05:00', '2025-12-31T23:59:59Z'];
const PATTERNS = ['a%', '*', '_', '%b', 'A*', '\\%'];
const REGEXES = ['^a', 'b$', '[A-Z]', 'a|é', '^.$'];
const COMPARISONS = ['eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'isdistinct'];

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Every comparison with every value, each also negated. */
function comparisons(column: string, values: readonly string[]): string[] {
  const conditions = COMPARISONS.flatMap((op) => values.map((value) => `${op}.${quoted(value)}`));
  const lists = [`in.(${values.slice(0, 3).map(quoted).join(',')})`, 'in.()'];
  const states = ['is.null', 'is.not_null'];
  return withNegations(column, [...conditions, ...lists, ...states]);
}

function withNegations(column: string, conditions: readonly string[]): string[] {
  return conditions.flatMap((each) => [`${column}=${each}`, `${column}=not.${each}`]);
}

// The server's own filter knows the columns, and is compared with Postgres in tests/server.
describe.each([
  [
    'texts',
    'projects',
    [
      ...comparisons('name', TEXTS),
      ...withNegations('name', [
        ...PATTERNS.flatMap((each) => [`like.${quoted(each)}`, `ilike.${quoted(each)}`]),
        ...REGEXES.flatMap((each) => [`match.${quoted(each)}`, `imatch.${quoted(each)}`]),
      ]),
      'or=(name.eq.a,name.is.null)',
      'not.and=(name.gt.a,name.lt.b)',
      'not.or=(name.eq.a,name.eq.b)',
    ],
    [...TEXTS.map((text) => JSON.stringify(text)), 'null'].map((json) => `{"name": ${json}}`),
  ],
  [
    'numbers',
    'projects',
    comparisons('budget', NUMBERS),
    [...NUMBERS, 'null'].map((json) => `{"budget": ${json}}`),
  ],
  [
    'times',
    'projects',
    comparisons('created_at', TIMES),
    [...TIMES.map((text) => `"${text}"`), 'null'].map((json) => `{"created_at": ${json}}`),
  ],
  [
    'booleans',
    'volunteers',
    [
      ...comparisons('available', ['true', 'false']),
      ...withNegations('available', ['is.true', 'is.false', 'is.unknown']),
    ],
    ['true', 'false', 'null'].map((json) => `{"available": ${json}}`),
  ],
  [
    'values inside of JSON',
    'projects',
    ['details->lead->>name=eq.a', 'details->list->>0=like.a*', 'details->list->>-1=is.null'],
    ['{"lead": {"name": "a"}}', '{"list": ["ab"]}', '{"list": []}', '[1]', 'null', '7'].map(
      (json) => `{"details": ${json}}`,
    ),
  ],
] as Array<[string, string, string[], string[]]>)('of %s', (_name, entityName, filters, rows) => {
  it('means what the filter means that knows the columns', () => {
    const entity = findEntity(entityName);
    if (!entity) throw new Error(entityName);
    for (const filter of filters) {
      const expected = Filter.parse(entity, filter);
      const actual = RowFilter.parse(filter);
      expect(
        rows.filter((row) => actual.matches(row)),
        filter,
      ).toEqual(rows.filter((row) => expected.matches(row)));
    }
  });
});

it('compares with what a value cannot be: unknown, and so neither equal nor not', () => {
  for (const filter of ['name=gt.a', 'name=not.gt.a', 'name=neq.a']) {
    expect(RowFilter.parse(filter).matches('{"name": {"a": 1}}'), filter).toBe(false);
    expect(RowFilter.parse(filter).matches('{"name": 7}'), filter).toBe(false);
  }
  expect(RowFilter.parse('name=isdistinct.a').matches('{"name": 7}')).toBe(true);
  expect(RowFilter.parse('missing=is.null').matches('{"name": 7}')).toBe(true);
});

it.each([
  'x',
  '=eq.1',
  'name=eq',
  'name=resembles.a',
  'name=is.toString',
  'name=__proto__.a',
  'name=match.(',
  'name=like.\\',
  'name=in.1',
  'name=eq.a,',
  `${'not.and=('.repeat(20)}`,
])('refuses %s', (filter) => {
  expect(() => RowFilter.parse(filter)).toThrow(Error);
});

it('looks for no member that a row does not have itself', () => {
  expect(RowFilter.parse('__proto__=is.null').matches('{"a": 1}')).toBe(true);
  expect(RowFilter.parse('toString=not.is.null').matches('{"a": 1}')).toBe(false);
  expect(RowFilter.parse('__proto__=eq.1').matches('{"__proto__": 1}')).toBe(true);
});
