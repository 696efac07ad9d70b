import { useState } from 'react';
import type { Conflict } from 'tidemark';
import type { Filters } from 'tidemark/entities';
import type { EntityPage, Row } from '../page.ts';
import { useAction } from '../use-action.ts';
import { RowForm } from './row-form.tsx';

/** Which row's form is open. */
export type Opened = { kind: 'none' } | { kind: 'new' } | { kind: 'row'; id: Row['id'] };

export interface RowEditorProps {
  page: EntityPage;
  filters: Filters<Row>;
  opened: Opened;
  onOpen: (opened: Opened) => void;
}

const NONE: Opened = { kind: 'none' };

/** Edits rows: each edit shows at once, and is taken back, it alone, when its save fails. */
export function RowEditor({ page, filters, opened, onOpen }: RowEditorProps) {
  const { data } = page.useRows(filters);
  const [conflict, setConflict] = useState<Conflict>();
  const { problem, run } = useAction();
  const options = { onConflict: setConflict };
  const create = page.useCreate();
  const update = page.useUpdate(options);
  const remove = page.useDelete(options);
  const row = opened.kind === 'row' ? data?.find(({ id }) => id === opened.id) : undefined;
  const isOpen = opened.kind === 'new' || row !== undefined;

  const perform = (edit: () => Promise<unknown>) => {
    setConflict(undefined);
    onOpen(NONE);
    run(edit);
  };
  const save = (changes: Record<string, unknown>) => {
    if (!row) return perform(() => create.mutateAsync(changes));
    if (Object.keys(changes).length === 0) return onOpen(NONE);
    perform(() => update.mutateAsync({ id: row.id, ...changes }));
  };

  return (
    <section className="card editor" data-testid="editor" aria-labelledby="editor-title">
      <div className="title">
        <h2 id="editor-title">
          {row ? `Edit ${page.noun} ${row.id}` : isOpen ? `New ${page.noun}` : 'Edit'}
        </h2>
        <button type="button" data-testid="new" onClick={() => onOpen({ kind: 'new' })}>
          New {page.noun}
        </button>
      </div>
      {isOpen ? (
        <RowForm
          key={row?.id ?? 'new'}
          page={page}
          row={row}
          onSave={save}
          onDelete={() => row && perform(() => remove.mutateAsync(row.id))}
          onClose={() => onOpen(NONE)}
        />
      ) : (
        <p className="hint">Choose a row in the table to edit it.</p>
      )}
      {problem ? <p role="alert">Taken back. {problem}</p> : null}
      <p role="status" data-testid="conflict">
        {conflict ? `Somebody else changed ${conflict.field} meanwhile: ${conflict.policy}.` : null}
      </p>
    </section>
  );
}
