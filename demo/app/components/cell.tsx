import { formatAmount, formatMoment } from '../format.ts';
import type { Column, Row } from '../page.ts';

const isTemporary = (value: unknown): boolean =>
  typeof value === 'string' && value.startsWith('temp-');

function content({ kind }: Column, value: unknown) {
  switch (kind) {
    case 'amount':
      return <data value={Number(value)}>{formatAmount(Number(value))}</data>;
    case 'choice':
      return (
        <span className="tag" data-tag={String(value)}>
          {String(value)}
        </span>
      );
    case 'tags':
      return Array.isArray(value) ? value.join(', ') : '';
    case 'flag':
      return value ? 'yes' : 'no';
    case 'time':
      return typeof value === 'string' ? formatMoment(value) : 'never';
    case 'id':
      // It has one only when the server has answered.
      return isTemporary(value) ? 'new' : String(value);
    default:
      return value === null || value === undefined ? '' : String(value);
  }
}

export interface CellProps {
  row: Row;
  column: Column;
  noun: string;
  firstVersion: number;
  onOpen: (id: Row['id']) => void;
}

/** One field of a row. That of kind `name` opens the row's form. */
export function Cell({ row, column, noun, firstVersion, onOpen }: CellProps) {
  const value = row[column.field];
  if (column.kind === 'name') {
    const shown = isTemporary(value) ? 'new' : String(value ?? '');
    return (
      <th scope="row">
        <button
          type="button"
          className="open"
          aria-label={`Edit ${noun} ${shown}`}
          onClick={() => onOpen(row.id)}
        >
          {shown || '–'}
        </button>
      </th>
    );
  }
  if (column.kind === 'version') {
    const isChanged = row.version !== firstVersion;
    return <td className={isChanged ? 'version changed' : 'version'}>{row.version}</td>;
  }
  return <td className={column.kind}>{content(column, value)}</td>;
}
