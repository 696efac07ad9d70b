import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import postgres from 'postgres';
import { startPostgres } from '../server/postgres-cluster.ts';

export const BACKENDS = ['embedded', 'postgres'] as const;
export type Backend = (typeof BACKENDS)[number];
export type Rows = Array<Record<string, unknown>>;

/** The demo's database, as somebody reaches it who is neither the page nor its server. */
export interface TestDatabase {
  /** What tells the demo server of it. */
  readonly env: Readonly<Record<string, string>>;
  /** `serverUrl`: of the demo server, undefined while it is down. Gives the last statement's rows. */
  run(sql: string, serverUrl: string | undefined): Promise<Rows>;
  close(): Promise<void>;
}

export function openTestDatabase(backend: Backend): Promise<TestDatabase> {
  return backend === 'embedded' ? openEmbedded() : openPostgres();
}

/** Belongs to the demo server's process: that one is asked, or its files are opened without it. */
async function openEmbedded(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-e2e-'));
  return {
    env: { DEMO_DATA: join(folder, 'data') },
    run: (sql, serverUrl) =>
      serverUrl === undefined ? runInFiles(join(folder, 'data'), sql) : runAt(serverUrl, sql),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function runAt(serverUrl: string, sql: string): Promise<Rows> {
  const response = await fetch(`${serverUrl}/demo/sql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`/demo/sql answered ${response.status}: ${text}`);
  return (JSON.parse(text) as { data: Rows }).data;
}

async function runInFiles(folder: string, sql: string): Promise<Rows> {
  const pglite = await PGlite.create(folder);
  try {
    return (await pglite.exec(sql)).at(-1)?.rows ?? [];
  } finally {
    await pglite.close();
  }
}

async function openPostgres(): Promise<TestDatabase> {
  const cluster = await startPostgres();
  const sql = postgres(cluster.url, {
    max: 1,
    onnotice: () => {},
    connection: { TimeZone: 'UTC' },
  });
  return {
    env: { DATABASE_URL: cluster.url },
    run: async (text) => [...(await sql.unsafe(text))],
    close: async () => {
      await sql.end({ timeout: 2 });
      await cluster.stop();
    },
  };
}
