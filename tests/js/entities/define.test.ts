import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineEntity, type RowOf } from '../../../js/entities.ts';

interface Task {
  id: number;
  title: string;
}

const tasks = {
  name: 'tasks',
  table: 'todo',
  idField: 'id',
  queryKeys: { list: ['tasks', 'list'], detail: ['tasks', 'detail'], derived: [['totals']] },
} as const;

describe('defineEntity', () => {
  it('gives the definition back with its literals and its rows’ type', () => {
    const plain = defineEntity({ ...tasks, name: 'tasks' });
    const typed = defineEntity<Task>()(tasks);
    expect(typed).toBe(tasks);
    expect(plain).toEqual(tasks);
    expectTypeOf(plain.name).toEqualTypeOf<'tasks'>();
    expectTypeOf(typed.queryKeys.detail).toEqualTypeOf<readonly ['tasks', 'detail']>();
    expectTypeOf<RowOf<typeof typed>>().toEqualTypeOf<Task>();
  });

  it.each<[string, object, RegExp]>([
    ['without a name', { name: '' }, /entity '': name must be a text/],
    ['without a table', { table: undefined }, /entity 'tasks': table must be a text/],
    ['with an id that is no name', { idField: 3 }, /idField must be a text/],
    ['without query keys', { queryKeys: undefined }, /queryKeys.list must be an array/],
    ['with a key that is no array', { queryKeys: { list: 'tasks' } }, /queryKeys.list must be/],
    ['with a prefix of every key', { queryKeys: { list: [] } }, /queryKeys.list must be/],
    ['with fixed fields that are no names', { fixedFields: [3] }, /fixedFields must be an array/],
    ['with a bad detail', { queryKeys: { list: ['a'], detail: 'b' } }, /queryKeys.detail must/],
    ['with a flat derived', { queryKeys: { list: ['a'], derived: ['b'] } }, /queryKeys.derived/],
  ])('refuses one %s', (_, change, message) => {
    expect(() => defineEntity({ ...tasks, ...change } as typeof tasks)).toThrow(
      expect.objectContaining({ code: 'bad_entity', message: expect.stringMatching(message) }),
    );
  });
});
