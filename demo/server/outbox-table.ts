import type { Action, Change } from './change.ts';
import type { Queryable } from './database.ts';

interface Row {
  seq: string;
  entity: string;
  action: Action;
  row: string | null;
  old: string | null;
  mutation: string | null;
  at: string;
}

export interface OutboxMeta {
  epoch: string;
  /** Rows up to here may be gone. */
  trimmedTo: number;
  /** seq of the newest row, be it still there or not. */
  head: number;
}

// Its seq is text; whoever orders by `outbox.seq` means the column, whose order is by number.
const SELECT = `
  select seq::text, entity, action, row::text as row, old::text as old, mutation,
         to_char(committed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
  from outbox where seq > $1::text::bigint and seq <= $2::text::bigint
  order by outbox.seq limit $3::text::int`;

/** The channel on which a new row of the outbox is told. */
export const OUTBOX_CHANNEL = 'tidemark';

/** The table that the triggers of the schema write each change to. */
export class OutboxTable {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** In the order of their commits: those with `after < seq <= upTo`, at most `limit`. */
  async select(after: number, upTo: number, limit: number): Promise<Change[]> {
    const rows = await this.#database.query<Row>(SELECT, [after, upTo, limit].map(String));
    return rows.map(({ seq, entity, action, row, old, mutation, at }) => ({
      seq: Number(seq),
      table: entity,
      action,
      row,
      old,
      mutation,
      committedAt: at,
    }));
  }

  async meta(): Promise<OutboxMeta> {
    const [row] = await this.#database.query<{ epoch: string; trimmed: string; head: string }>(
      `select epoch, trimmed_to::text as trimmed,
              greatest(trimmed_to, (select max(seq) from outbox))::text as head
       from outbox_meta`,
    );
    if (!row) throw new Error('outbox_meta is empty; restart the demo server to fill it');
    return { epoch: row.epoch, trimmedTo: Number(row.trimmed), head: Number(row.head) };
  }

  /** The history that has this name gets another, if none has done so before. */
  async renew(epoch: string): Promise<void> {
    await this.#database.query(
      'update outbox_meta set epoch = gen_random_uuid()::text where epoch = $1',
      [epoch],
    );
  }

  /** Deletes the rows up to `upTo`. */
  async trim(upTo: number): Promise<void> {
    if (upTo <= 0) return;
    // One statement, so nobody sees rows gone that are not yet said to be.
    await this.#database.query(
      `with gone as (delete from outbox where seq <= $1::text::bigint returning seq)
       update outbox_meta set trimmed_to = greatest(trimmed_to, $1::text::bigint)
       where exists (select from gone)`,
      [String(upTo)],
    );
  }
}
