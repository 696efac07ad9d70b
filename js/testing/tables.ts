import { RowFilter } from './rows/row-filter.ts';

export interface Column {
  name: string;
  /** As Postgres calls it: `int8`, `timestamptz`. */
  type: string;
}

/** What a server knows of its tables. */
export interface Tables {
  /** The table that clients call so; undefined: there is none. */
  table(name: string): string | undefined;
  /**
   * Which rows of the table a filter, `column=op.value[,…]`, wants.
   * @throws Error, whose message says why it is none
   */
  matches(table: string, filter: string): (row: string) => boolean;
  /** Undefined: they are guessed from a row. */
  columns(table: string): readonly Column[] | undefined;
  /** The columns of the primary key. */
  keys(table: string): readonly string[];
}

const NAME = /^[A-Za-z_][\w$-]{0,62}$/;

/** Any table there may be, each with the key `id`. */
export const anyTables: Tables = {
  table: (name) => (NAME.test(name) ? name : undefined),
  matches: (_table, filter) => {
    const parsed = RowFilter.parse(filter);
    return (row) => parsed.matches(row);
  },
  columns: () => undefined,
  keys: () => ['id'],
};
