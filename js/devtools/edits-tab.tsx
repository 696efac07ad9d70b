import type { InspectedEdit } from '../core/inspection.ts';
import { Badge } from './badge.tsx';
import { briefly, timeOf } from './format.ts';
import type { SeenConflict } from './histories.ts';
import type { Picture } from './inspector.ts';
import { type Column, Table } from './table.tsx';

const EDITS: ReadonlyArray<Column<InspectedEdit>> = [
  { title: 'Made', cell: ({ madeAt }) => timeOf(madeAt) },
  {
    title: 'Stage',
    cell: ({ stage, waits }) => (
      <>
        <Badge word={stage} />
        {waits ? ' until its row is known' : ''}
      </>
    ),
  },
  { title: 'Entity', cell: ({ entity }) => entity },
  { title: 'Action', cell: ({ action }) => action },
  { title: 'Row', cell: ({ id }) => briefly(id) },
  { title: 'Edit', cell: ({ data }) => <code>{briefly(data)}</code> },
  {
    title: 'Conflicts',
    cell: ({ conflicts }) => conflicts.map(({ field }) => field).join(', ') || 'none',
  },
  { title: 'Outlives the page', cell: ({ kept }) => (kept ? 'yes' : 'no') },
];

const CONFLICTS: ReadonlyArray<Column<SeenConflict>> = [
  { title: 'Seen', cell: ({ at }) => timeOf(at) },
  { title: 'Entity', cell: ({ entity }) => entity },
  { title: 'Row', cell: ({ id }) => briefly(id) },
  { title: 'Field', cell: ({ field }) => field },
  { title: 'Theirs', cell: ({ theirs }) => <code>{briefly(theirs)}</code> },
];

/** What the user did and the server has not confirmed, and what others did to the same. */
export function EditsTab({ picture }: { picture: Picture }) {
  return (
    <>
      <Table
        title="Pending edits"
        columns={EDITS}
        items={picture.inspection.core?.edits ?? []}
        keyOf={({ mutation }) => mutation}
        nothing="No edit is pending."
      />
      <Table
        title="Conflicts"
        columns={CONFLICTS}
        items={[...picture.conflicts].reverse()}
        keyOf={(conflict) => picture.conflicts.indexOf(conflict)}
        nothing="Nobody has changed what a pending edit changes."
      />
    </>
  );
}
