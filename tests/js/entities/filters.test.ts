import { describe, expect, it } from 'vitest';
import { filterParams, filterText, normalizeFilters } from '../../../js/entities/filters.ts';

describe('filters', () => {
  it.each<[object, string]>([
    [{}, ''],
    [{ status: undefined }, ''],
    [{ status: ['active'] }, 'status=in.(active)'],
    [{ city: 'Lahore' }, 'city=eq.Lahore'],
    [{ project_id: 5 }, 'project_id=eq.5'],
    [{ message: null }, 'message=is.null'],
    [{ available: true }, 'available=is.true'],
    [{ city: 'Lahore', age: 5 }, 'age=eq.5,city=eq.Lahore'],
    [{ city: ['b', 'a', 'b'] }, 'city=in.(a,b)'],
    [{ city: [] }, 'city=in.()'],
    [{ city: ['a', null] }, 'or=(city.in.(a),city.is.null)'],
    [{ city: 'a,b' }, 'city=eq."a,b"'],
    [{ city: 'a "b" \\' }, 'city=eq."a \\"b\\" \\\\"'],
    [{ city: ['', 'a)'] }, 'city=in.("","a)")'],
    [{ city: '' }, 'city=eq.'],
    [{ budget: { lt: 5000, gte: 1000 } }, 'budget=gte.1000,budget=lt.5000'],
    [{ name: { ilike: '*water*' } }, 'name=ilike.*water*'],
    [{ id: { in: [3, 1] } }, 'id=in.(1,3)'],
    [{ message: { is: 'not_null' } }, 'message=is.not_null'],
    [{ 'details->>lead': 'Sara' }, 'details->>lead=eq.Sara'],
    [{ since: new Date(0) }, 'since=eq.1970-01-01T00:00:00.000Z'],
    [{ big: 2n ** 63n }, 'big=eq.9223372036854775808'],
  ])('%o reads %s', (filters, text) => {
    expect(filterText(filters)).toBe(text);
  });

  it('are the same in another order', () => {
    const one = { status: ['b', 'a'], city: 'Lahore', budget: { lt: 2, gt: 1 }, name: undefined };
    const other = { budget: { gt: 1, lt: 2 }, city: 'Lahore', status: ['a', 'b', 'a'] };
    expect(JSON.stringify(normalizeFilters(one))).toBe(JSON.stringify(normalizeFilters(other)));
    expect(filterText(one)).toBe(filterText(other));
  });

  it('stand in an address without quotes, unless their value begins with one', () => {
    expect(filterParams({ a: 'x,y (z)', b: '"q"', c: ['x,y'] })).toEqual([
      ['a', 'eq.x,y (z)'],
      ['b', 'eq."\\"q\\""'],
      ['c', 'in.("x,y")'],
    ]);
  });

  it.each<[unknown, RegExp]>([
    [{ city: Number.NaN }, /'city' cannot be compared with NaN/],
    [{ city: () => 1 }, /'city' cannot be compared with/],
    [{ city: { equals: 1 } }, /no operator 'equals'; known are eq, neq, gt/],
    [{ city: { in: 'a' } }, /'in' takes a list, not 'a'/],
    [{ city: { is: 'maybe' } }, /'is' takes null/],
    [{ city: { gt: null } }, /compares with null by/],
    [{ 'a b': 1 }, /'a b' cannot name a column/],
    [{ order: 'name' }, /'order' cannot name a column/],
    [{ city: new Date(Number.NaN) }, /'city' cannot be compared with an object/],
    ['status=active', /filters are an object/],
    [['a'], /filters are an object/],
  ])('refuse %o', (filters, message) => {
    for (const read of [filterText, normalizeFilters]) {
      expect(() => read(filters as object)).toThrow(
        expect.objectContaining({ code: 'bad_filter', message: expect.stringMatching(message) }),
      );
    }
  });
});
