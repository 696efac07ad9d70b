import type { ReactNode } from 'react';

export interface Column<T> {
  readonly title: string;
  readonly isNumber?: boolean;
  cell(item: T): ReactNode;
}

/** A table by its columns; says so when there is nothing in it. */
export function Table<T>({
  title,
  columns,
  items,
  keyOf,
  nothing,
}: {
  title: string;
  columns: ReadonlyArray<Column<T>>;
  items: readonly T[];
  keyOf: (item: T) => string | number;
  nothing: string;
}) {
  return (
    <section>
      <h3>{title}</h3>
      {items.length === 0 ? (
        <p className="nothing">{nothing}</p>
      ) : (
        <table>
          <caption className="unseen">{title}</caption>
          <Head columns={columns} />
          <tbody>
            {items.map((item) => (
              <Row key={keyOf(item)} item={item} columns={columns} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function Head<T>({ columns }: { columns: ReadonlyArray<Column<T>> }) {
  return (
    <thead>
      <tr>
        {columns.map(({ title, isNumber }) => (
          <th key={title} scope="col" className={isNumber ? 'number' : undefined}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

export function Row<T>({
  item,
  columns,
  index,
}: {
  item: T;
  columns: ReadonlyArray<Column<T>>;
  /** Where it stands in a table that shows only some of its rows; from 1. */
  index?: number;
}) {
  return (
    <tr aria-rowindex={index}>
      {columns.map(({ title, isNumber, cell }) => (
        <td key={title} className={isNumber ? 'number' : undefined}>
          {cell(item)}
        </td>
      ))}
    </tr>
  );
}
