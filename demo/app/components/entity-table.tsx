import type { Filters } from 'tidemark/entities';
import type { EntityPage, Row } from '../page.ts';
import { EntityRow } from './entity-row.tsx';
import { useRenderCounter } from './render-counter.ts';

export interface EntityTableProps {
  page: EntityPage;
  filters: Filters<Row>;
  heading?: string;
  onOpen: (id: Row['id']) => void;
}

/** The rows of any entity that pass the filters. */
export function EntityTable({ page, filters, heading = 'Rows', onOpen }: EntityTableProps) {
  const { data, error } = page.useRows(filters);
  const renderCount = useRenderCounter();
  const rows = data ?? [];
  return (
    <section className="card rows" aria-labelledby="rows-title">
      <div className="title">
        <h2 id="rows-title">{heading}</h2>
        <p>
          <span data-testid="row-count">{rows.length}</span> rows, list rendered{' '}
          <output ref={renderCount} data-testid="render-count" aria-live="off" /> times
        </p>
      </div>
      {error && !data ? <p role="alert">The rows cannot be read: {error.message}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it */}
      <section className="scroller" aria-label={`Table: ${page.title}`} tabIndex={0}>
        <table aria-busy={!data && !error}>
          <thead>
            <tr>
              {page.columns.map(({ field, label, kind }) => (
                <th key={field} scope="col" className={kind}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <EntityRow key={row.id} page={page} row={row} onOpen={onOpen} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
