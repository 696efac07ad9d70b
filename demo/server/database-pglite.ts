import { PGlite } from '@electric-sql/pglite';
import type { Database, Param, Queryable } from './database.ts';

/** Postgres inside this process: one connection, gone with the process unless given a folder. */
export class PgliteDatabase implements Database {
  readonly embedded = true;
  readonly #pglite: PGlite;

  private constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  static async open(dataDir: string | undefined): Promise<PgliteDatabase> {
    const pglite = dataDir ? await PGlite.create(dataDir) : await PGlite.create();
    // Timestamps must read the same in REST and in events.
    await pglite.exec("set timezone = 'UTC'");
    return new PgliteDatabase(pglite);
  }

  async query<Row>(sql: string, params: readonly Param[] = []): Promise<Row[]> {
    return (await this.#pglite.query<Row>(sql, [...params])).rows;
  }

  async script(sql: string): Promise<Array<Record<string, unknown>>> {
    try {
      return (await this.#pglite.exec(sql)).at(-1)?.rows ?? [];
    } catch (error) {
      // The one connection is shared: a script that failed half-way must not leave its
      // transaction open for everyone else.
      await this.#pglite.exec('rollback').catch(() => {});
      throw error;
    }
  }

  session<T>(work: (session: Queryable) => Promise<T>): Promise<T> {
    return work(this);
  }

  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    return this.#pglite.transaction((transaction) =>
      work({
        query: async <Row>(sql: string, params: readonly Param[] = []) =>
          (await transaction.query<Row>(sql, [...params])).rows,
      }),
    );
  }

  async listen(
    channel: string,
    onNotify: (payload: string) => void,
    onListening: () => void,
  ): Promise<void> {
    await this.#pglite.listen(channel, onNotify);
    onListening();
  }

  async close(): Promise<void> {
    await this.#pglite.close();
  }
}
