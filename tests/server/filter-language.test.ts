import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Param } from '../../demo/server/database.ts';
import type { Entity, Kind } from '../../demo/server/entities.ts';
import { Filter, FilterError } from '../../demo/server/filter.ts';
import { Engine } from '../../js/core/engine.ts';
import { type Sample, Samples, TABLE } from './filter-samples.ts';
import { type Cluster, startPostgres } from './postgres-cluster.ts';

const FILTERS = 800;
const ROWS = 120;

const columns: Record<string, Kind> = {
  id: 'bigint',
  s: 'text',
  n: 'numeric',
  i: 'bigint',
  b: 'boolean',
  at: 'timestamptz',
  u: 'uuid',
  j: 'json',
};
const entity: Entity = {
  name: 'samples',
  table: 'samples',
  idColumn: 'id',
  columns: new Map(Object.entries(columns)),
};

let cluster: Cluster;
let sql: postgres.Sql;
let engine: Engine;
let rows: string[];

beforeAll(async () => {
  cluster = await startPostgres();
  sql = postgres(cluster.url, { max: 1, onnotice: () => {} });
  await sql.unsafe(TABLE);
  const samples = new Samples(1);
  for (let n = 0; n < ROWS; n++) await sql.unsafe(samples.insert());
  rows = (await sql.unsafe('select to_jsonb(t)::text as row from samples t order by id')).map(
    ({ row }) => row as string,
  );
  engine = await Engine.load({ transports: [] });
  engine.defineEntity({ name: 'samples' });
}, 60_000);
afterAll(async () => {
  engine?.dispose();
  await sql?.end();
  await cluster?.stop();
}, 30_000);

const idOf = (row: string): string => /"id": (\d+)/.exec(row)?.[1] ?? '';

async function inPostgres(where: string, params: Param[] = []): Promise<string[]> {
  const found = await sql.unsafe(
    `select id::text as id from samples t where ${where} order by t.id`,
    params as string[],
  );
  return found.map(({ id }) => id as string);
}

function inCore(filter: string): string[] {
  const view = engine.observe({ entity: 'samples', filter, live: false }, 0);
  engine.endSnapshot(engine.beginSnapshot(view, 0), `[${rows.join(',')}]`, 0);
  engine.flush();
  const ids = (engine.rows(view) as Array<{ id: number }>).map(({ id }) => String(id));
  engine.release(view, 0);
  engine.flush();
  return ids;
}

/** Who takes a filter for something else than Postgres does, and of which rows. */
async function disagreements(
  { filter, where }: Sample,
  expected: ReadonlySet<string>,
): Promise<string[]> {
  const onServer = Filter.parse(entity, filter);
  const params: Param[] = [];
  const written = onServer.toSql(params);
  const answers: Record<string, string[]> = {
    core: inCore(filter),
    'server in memory': rows.filter((row) => onServer.matches(row)).map(idOf),
    'server in SQL': await inPostgres(written, params),
  };
  return Object.entries(answers).flatMap(([who, answer]) => {
    const found = new Set(answer);
    const differing = rows.filter((row) => found.has(idOf(row)) !== expected.has(idOf(row)));
    return differing.length === 0 ? [] : [`${who}: ${filter} / ${where}: ${differing[0]}`];
  });
}

it('core, server and Postgres take every filter for the same', async () => {
  const samples = new Samples(2);
  const wrong: string[] = [];
  let telling = 0;
  for (let n = 0; n < FILTERS; n++) {
    const sample = samples.filter();
    const expected = new Set(await inPostgres(sample.where));
    wrong.push(...(await disagreements(sample, expected)));
    if (expected.size > 0 && expected.size < ROWS) telling++;
  }
  expect(wrong).toEqual([]);
  expect(telling).toBeGreaterThan(FILTERS / 3);
}, 120_000);

it('core and server refuse the same', () => {
  const bad = [
    's=eq',
    's=1',
    's=between.1',
    's=eq."x',
    's=eq."x"y',
    's=in.(a',
    's=in.a',
    's=is.nothing',
    's=like.\\',
    's=match.(',
    's=match.a**',
    's=match.(a)\\1',
    's=match.[[:foo:]]',
    's=match.(?=a)',
    'or=(s.eq.1',
    'or=()',
    'or=(s=eq.1)',
    'not.s.eq.1',
    's=eq.1,',
    'j->a=eq.x',
    'j->a=lt.[1]',
    'j->a=like.x',
    'j->>a=is.true',
    `or=(${'and('.repeat(16)}s.eq.1${')'.repeat(17)}`,
    `s=in.(${Array(1001).fill('1').join(',')})`,
    Array(101).fill('s=eq.1').join(','),
  ];
  for (const filter of bad) {
    expect(() => Filter.parse(entity, filter), filter).toThrow(FilterError);
    expect(() => engine.observe({ entity: 'samples', filter, live: false }, 0), filter).toThrow(
      expect.objectContaining({ code: 'bad_filter' }),
    );
  }
});
