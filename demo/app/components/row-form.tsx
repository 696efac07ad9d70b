import { type RefObject, type SubmitEvent, useLayoutEffect, useRef, useState } from 'react';
import { policyOf } from '../entities.ts';
import { type FieldText, initialText, parsedOf, textOf } from '../fields.ts';
import type { Column, EntityPage, Row } from '../page.ts';
import { FieldInput } from './field-input.tsx';

export interface RowFormProps {
  page: EntityPage;
  /** As it is now; undefined for a new one. */
  row: Row | undefined;
  /** Is given the members that differ from the row's. */
  onSave: (changes: Record<string, unknown>) => void;
  onDelete: () => void;
  onClose: () => void;
}

/** Fields that nobody typed in follow the row as others change it. */
export function RowForm({ page, row, onSave, onDelete, onClose }: RowFormProps) {
  const [typed, setTyped] = useState<Readonly<Record<string, FieldText>>>({});
  const form = useFocus();
  const columns = page.columns.filter(({ isEditable }) => isEditable);
  const shown = (column: Column): FieldText =>
    typed[column.field] ?? (row ? textOf(column, row[column.field]) : initialText(column));

  const save = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const isChanged = (column: Column) =>
      !row || (column.field in typed && shown(column) !== textOf(column, row[column.field]));
    const changes = columns
      .filter(isChanged)
      .map((column) => [column.field, parsedOf(column, shown(column))]);
    onSave(Object.fromEntries(changes));
  };

  return (
    <form
      ref={form}
      onSubmit={save}
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
      aria-labelledby="editor-title"
    >
      {columns.map((column) => (
        <FieldInput
          key={column.field}
          column={column}
          text={shown(column)}
          policy={row ? policyOf(page.entity, column.field) : ''}
          onChange={(text) => setTyped({ ...typed, [column.field]: text })}
        />
      ))}
      <div className="buttons">
        <button type="submit" className="primary">
          Save
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        {row ? (
          <button type="button" onClick={onDelete}>
            Delete
          </button>
        ) : null}
      </div>
    </form>
  );
}

/** Focus goes to the first field, and back to where it was, so that a keyboard finds both. */
function useFocus(): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    const element = form.current;
    const before = document.activeElement;
    element?.querySelector<HTMLElement>('input, select')?.focus();
    return () => {
      const isLeft = element?.contains(document.activeElement) ?? false;
      if (isLeft && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return form;
}
