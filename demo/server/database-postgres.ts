import postgres from 'postgres';
import type { Database, Param, Queryable } from './database.ts';

/** A real Postgres, reached over a small pool; lost connections are opened anew. */
export class PostgresDatabase implements Database {
  readonly embedded = false;
  readonly #url: string;
  readonly #sql: postgres.Sql;

  constructor(url: string) {
    this.#url = url;
    this.#sql = connect(url, { max: 8 });
  }

  async query<Row>(sql: string, params: readonly Param[] = []): Promise<Row[]> {
    return [...(await this.#sql.unsafe(sql, [...params]))] as Row[];
  }

  async script(sql: string): Promise<Array<Record<string, unknown>>> {
    // On a connection of its own: a script may begin a transaction and fail inside it.
    const connection = await this.#sql.reserve();
    try {
      const results: unknown = await connection.unsafe(sql).simple();
      // Several statements give an array of results, one gives its result.
      const list = results as Array<Record<string, unknown> | Array<Record<string, unknown>>>;
      const last = list.at(-1);
      return Array.isArray(last) ? [...last] : ([...list] as Array<Record<string, unknown>>);
    } catch (error) {
      await connection.unsafe('rollback').catch(() => {});
      throw error;
    } finally {
      connection.release();
    }
  }

  async session<T>(work: (session: Queryable) => Promise<T>): Promise<T> {
    // Not reserved from the pool: postgres.js writes to a reserved connection that is gone.
    const session = connect(this.#url, { max: 1, max_lifetime: null });
    try {
      return await work({
        query: async <Row>(sql: string, params: readonly Param[] = []) =>
          [...(await session.unsafe(sql, [...params]))] as Row[],
      });
    } finally {
      await session.end({ timeout: 1 });
    }
  }

  async transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    let result: { value: T } | undefined;
    await this.#sql.begin(async (transaction) => {
      const value = await work({
        query: async <Row>(sql: string, params: readonly Param[] = []) =>
          [...(await transaction.unsafe(sql, [...params]))] as Row[],
      });
      result = { value };
    });
    if (!result) throw new Error('the transaction ended without a result');
    return result.value;
  }

  async listen(
    channel: string,
    onNotify: (payload: string) => void,
    onListening: () => void,
  ): Promise<void> {
    await this.#sql.listen(channel, onNotify, onListening);
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 2 });
  }
}

function connect(url: string, options: { max: number; max_lifetime?: null }): postgres.Sql {
  return postgres(url, {
    ...options,
    connect_timeout: 5,
    onnotice: () => {},
    // Timestamps must read the same in REST and in events.
    connection: { TimeZone: 'UTC', application_name: 'tidemark-demo' },
  });
}
