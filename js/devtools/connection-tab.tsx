import { Badge } from './badge.tsx';
import { Facts } from './facts.tsx';
import { reasonOf, timeOf } from './format.ts';
import type { LinkMoment } from './histories.ts';
import type { Picture } from './inspector.ts';
import { QualityGraph } from './quality-graph.tsx';
import { type Column, Table } from './table.tsx';

const COLUMNS: ReadonlyArray<Column<LinkMoment>> = [
  { title: 'Time', cell: ({ at }) => timeOf(at) },
  { title: 'Status', cell: ({ status }) => <Badge word={status} /> },
  { title: 'Transport', cell: ({ transport }) => transport ?? '–' },
  { title: 'Attempt', isNumber: true, cell: ({ attempt }) => attempt },
  { title: 'Because', cell: reasonOf },
];

/** How the link is, how good, and how it came to be so. */
export function ConnectionTab({ picture }: { picture: Picture }) {
  const { status, transport, attempt, quality } = picture.inspection.link;
  const moments = [...picture.moments].reverse();
  return (
    <>
      <Facts
        facts={[
          ['Status', <Badge key="status" word={status} />],
          ['Transport', transport ?? 'none'],
          ['Attempt', attempt],
          ['Quality', <Badge key="grade" word={quality.grade} />],
          ['Heartbeats missed', quality.missedHeartbeats],
          ['Reconnects', quality.reconnects],
        ]}
      />
      <section>
        <h3>Round trips</h3>
        <QualityGraph samples={picture.samples} />
      </section>
      <Table
        title="History, newest first"
        columns={COLUMNS}
        items={moments}
        keyOf={(moment) => picture.moments.indexOf(moment)}
        nothing="The link has not changed since this page was opened."
      />
    </>
  );
}
