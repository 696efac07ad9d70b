import type { InspectedSubscription } from '../core/inspection.ts';
import type { InspectedQuery } from '../realtime/inspection.ts';
import { Badge } from './badge.tsx';
import { timeOf } from './format.ts';
import type { Picture } from './inspector.ts';
import { type Column, Table } from './table.tsx';

const QUERIES: ReadonlyArray<Column<InspectedQuery>> = [
  { title: 'Query', cell: ({ queryHash }) => <code>{queryHash}</code> },
  { title: 'Continuity', cell: ({ realtime }) => <Badge word={realtime.continuity} /> },
  { title: 'Kept fresh by', cell: ({ realtime }) => realtime.source ?? 'nothing' },
  { title: 'Kept', cell: ({ isInStep }) => (isInStep ? 'in step' : 'by refetching') },
  { title: 'Rows', isNumber: true, cell: ({ rows }) => rows ?? '–' },
  { title: 'Users', isNumber: true, cell: ({ users }) => users },
  { title: 'Last event', cell: ({ realtime }) => timeOf(realtime.lastEventAt) },
];

const SUBSCRIPTIONS: ReadonlyArray<Column<InspectedSubscription>> = [
  { title: 'Entity', cell: ({ entity }) => entity },
  { title: 'Filter', cell: ({ filter }) => (filter ? <code>{filter}</code> : 'all') },
  { title: 'Continuity', cell: ({ continuity }) => <Badge word={continuity} /> },
  { title: 'Position', cell: ({ epoch, seq }) => (epoch === null ? '–' : `${epoch}:${seq}`) },
  { title: 'Users', isNumber: true, cell: ({ users }) => (users === 0 ? 'lingers' : users) },
  { title: 'Last event', cell: ({ lastEventAt }) => timeOf(lastEventAt) },
];

/** What is kept in step, and by which streams of events. */
export function QueriesTab({ picture }: { picture: Picture }) {
  const { queries, core } = picture.inspection;
  return (
    <>
      <Table
        title="Queries"
        columns={QUERIES}
        items={queries}
        keyOf={({ queryHash }) => queryHash}
        nothing="No query is kept in step."
      />
      <Table
        title="Subscriptions"
        columns={SUBSCRIPTIONS}
        items={core?.subscriptions ?? []}
        keyOf={({ sub }) => sub}
        nothing="Nothing is subscribed to."
      />
    </>
  );
}
