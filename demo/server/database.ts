import { PgliteDatabase } from './database-pglite.ts';
import { PostgresDatabase } from './database-postgres.ts';

/** Values come as text or null; statements cast parameters (`$1::text::bigint`) and results. */
export type Param = string | null;

export interface Queryable {
  query<Row>(sql: string, params?: readonly Param[]): Promise<Row[]>;
}

/** What the demo needs of a Postgres, be it a server or the embedded one. */
export interface Database extends Queryable {
  /** Whether only this process can reach it. */
  readonly embedded: boolean;
  /** Several statements, without parameters. Gives the rows of the last one. */
  script(sql: string): Promise<Array<Record<string, unknown>>>;
  /**
   * One connection for all of the work: what it locks ends with it. One that is lost is replaced,
   * without its locks.
   */
  session<T>(work: (session: Queryable) => Promise<T>): Promise<T>;
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /**
   * `onListening` is called at first and whenever the connection was lost and is back: what was
   * notified in between is not told again.
   */
  listen(
    channel: string,
    onNotify: (payload: string) => void,
    onListening: () => void,
  ): Promise<void>;
  close(): Promise<void>;
}

/** The database cannot be used as configured; the message says what to do. */
export class DatabaseUnavailable extends Error {}

export async function openDatabase(options: {
  databaseUrl?: string | undefined;
  dataDir?: string | undefined;
}): Promise<Database> {
  if (options.databaseUrl) {
    const database = new PostgresDatabase(options.databaseUrl);
    try {
      await database.query('select 1');
      return database;
    } catch (cause) {
      await database.close();
      const reason = cause instanceof Error && cause.message ? cause.message : String(cause);
      throw new DatabaseUnavailable(
        `Cannot use the Postgres at DATABASE_URL (${reason}). Start it or correct DATABASE_URL; ` +
          'without DATABASE_URL the demo uses its embedded Postgres.',
        { cause },
      );
    }
  }
  try {
    return await PgliteDatabase.open(options.dataDir);
  } catch (cause) {
    const where = options.dataDir ? ` in DEMO_DATA=${options.dataDir}` : '';
    throw new DatabaseUnavailable(
      `Cannot start the embedded Postgres${where} (${String(cause)}). Choose an empty DEMO_DATA ` +
        'folder, leave it out, or set DATABASE_URL to a running Postgres.',
      { cause },
    );
  }
}

/** The SQLSTATE of a statement that the database refused. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}
