import { memo, useState } from 'react';
import type { EntityPage, Row } from '../page.ts';
import { Cell } from './cell.tsx';

export interface EntityRowProps {
  page: EntityPage;
  row: Row;
  onOpen: (id: Row['id']) => void;
}

/** One row; the page's tests read the whole of it from `data-row`. */
export const EntityRow = memo(function EntityRow({ page, row, onOpen }: EntityRowProps) {
  const [firstVersion] = useState(row.version);
  return (
    <tr data-row-id={row.id} data-row={JSON.stringify(row)}>
      {page.columns.map((column) => (
        <Cell
          // A new one for each version, so that its highlight starts again.
          key={column.kind === 'version' ? row.version : column.field}
          row={row}
          column={column}
          noun={page.noun}
          firstVersion={firstVersion}
          onOpen={onOpen}
        />
      ))}
    </tr>
  );
});
