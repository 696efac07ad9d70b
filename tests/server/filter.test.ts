import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Param } from '../../demo/server/database.ts';
import { PgliteDatabase } from '../../demo/server/database-pglite.ts';
import { findEntity } from '../../demo/server/entities.ts';
import { Filter, FilterError } from '../../demo/server/filter.ts';
import { applySchema } from '../../demo/server/schema.ts';
import { rawMembers } from '../../js/testing/rows/raw-row.ts';

let database: PgliteDatabase;

beforeAll(async () => {
  database = await PgliteDatabase.open(undefined);
  await applySchema(database);
  // Twice: it must change nothing.
  await applySchema(database);
}, 60_000);
afterAll(() => database.close());

const FILTERS: ReadonlyArray<[string, string]> = [
  ['projects', ''],
  ['projects', 'status=eq.active'],
  ['projects', 'status=not.eq.active,city=neq.Lahore'],
  ['projects', 'name=gte.Solar'],
  ['projects', 'name=lt.صاف'],
  ['projects', 'budget=gt.1250.50,budget=lte.12505.0'],
  ['projects', 'budget=eq.2.501e3'],
  ['projects', 'id=in.(1,2,"3"),id=not.in.(2)'],
  ['projects', 'created_at=gte.2026-01-05T13:00:00.000001+05:00'],
  ['projects', 'details=not.is.null'],
  ['applications', 'message=is.null'],
  ['applications', 'message=not.eq.x'],
  ['applications', 'volunteer_id=eq.00000000-0000-4000-8000-000000000003'],
  ['volunteers', 'available=is.true'],
  ['volunteers', 'available=not.is.false,hours=lt.20'],
  ['volunteers', 'available=eq.false'],
  ['admin_users', 'last_seen_at=not.gt.2026-01-31 09:00'],
  ['projects', 'or=(city.ilike.*ö,and(name.imatch."^(bü|صاف)",budget.isdistinct.0))'],
  ['projects', 'details->>lead=like.Zoë*,details->milestones->0=gt.7'],
  ['volunteers', 'skills->>0=eq.driving'],
];

it.each(FILTERS)('%s ? %s means the same in SQL and in memory', async (name, text) => {
  const entity = findEntity(name);
  if (!entity) throw new Error(name);
  const filter = Filter.parse(entity, text);
  const params: Param[] = [];
  const rows = await database.query<{ row: string; inSql: boolean | null }>(
    `select to_jsonb(t)::text as row, (${filter.toSql(params)}) as "inSql" from ${entity.table} t`,
    params,
  );
  expect(rows.filter(({ row }) => filter.matches(row))).toEqual(
    rows.filter(({ inSql }) => inSql === true),
  );
  expect(rows.some(({ inSql }) => inSql === true)).toBe(true);
});

it('refuses what is no filter', () => {
  const entity = findEntity('volunteers');
  if (!entity) throw new Error('volunteers');
  const pattern = ['id=like.0*', 'name=match.(', 'name=like.\\', 'details->a=eq.x'];
  const bad = [
    ...pattern,
    'x',
    '=eq.1',
    'name',
    'name=eq',
    'name=is.true',
    'hours=eq.',
    'skills=eq.a',
  ];
  for (const text of [...bad, 'name=is.toString', 'name=toString.x', 'id=eq.1', 'name=eq.a,']) {
    expect(() => Filter.parse(entity, text), text).toThrow(FilterError);
  }
});

it('finds the raw members of a row', async () => {
  const pglite = new PGlite();
  const source =
    '{"a": 12345678901234567890.10, "b\\"}": "x, \\"y\\" {[", "c": {"d": [1, "]"]}, "e": null}';
  const result = await pglite.query<{ row: string }>('select $1::text::jsonb::text as row', [
    source,
  ]);
  await pglite.close();
  const members = rawMembers(result.rows[0]?.row ?? '');
  expect(Object.fromEntries(members)).toEqual({
    a: '12345678901234567890.10',
    'b"}': '"x, \\"y\\" {["',
    c: '{"d": [1, "]"]}',
    e: 'null',
  });
  expect(rawMembers('{}').size).toBe(0);
}, 30_000);
