import { useCallback, useMemo, useState } from 'react';
import type { Filters } from 'tidemark/entities';
import type { EventHistory } from '../event-history.ts';
import { filtersOf } from '../fields.ts';
import type { EntityPage, Row } from '../page.ts';
import { projectsPage } from '../pages/projects.ts';
import { ConnectionHeader } from './connection-header.tsx';
import { EntityTable } from './entity-table.tsx';
import { EventLog } from './event-log.tsx';
import { FaultControls } from './fault-controls.tsx';
import { FilterControls } from './filter-controls.tsx';
import { type Opened, RowEditor } from './row-editor.tsx';
import { SaveFaultControls } from './save-fault-controls.tsx';
import { WriteControls } from './write-controls.tsx';

export interface EntityViewProps {
  page: EntityPage;
  history: EventHistory;
  /** Beside another user's: without what takes too much room. */
  isPane: boolean;
}

/** The page of one entity. */
export function EntityView({ page, history, isPane }: EntityViewProps) {
  const [texts, setTexts] = useState(() =>
    Object.fromEntries(page.filters.map(({ field, initial = '' }) => [field, initial])),
  );
  const [opened, setOpened] = useState<Opened>({ kind: 'none' });
  const filters = useMemo(() => filtersOf(page.filters, texts), [page, texts]);
  const openRow = useCallback((id: Row['id']) => setOpened({ kind: 'row', id }), []);
  return (
    <>
      <Connection page={page} filters={filters} />
      <main id="main" tabIndex={-1} className={isPane ? 'pane' : undefined}>
        <div className="controls">
          {page === projectsPage && !isPane ? <WriteControls /> : null}
          {isPane ? null : <FaultControls />}
          <SaveFaultControls />
          <FilterControls
            controls={page.filters}
            texts={texts}
            onChange={(field, text) => setTexts({ ...texts, [field]: text })}
          />
        </div>
        <EntityTable page={page} filters={filters} onOpen={openRow} />
        <div className="side">
          <RowEditor page={page} filters={filters} opened={opened} onOpen={setOpened} />
          {isPane ? null : <EventLog history={history} />}
        </div>
      </main>
    </>
  );
}

/** Apart, because it is rendered at each event. */
function Connection({ page, filters }: { page: EntityPage; filters: Filters<Row> }) {
  return <ConnectionHeader title={page.title} realtime={page.useRows(filters).realtime} />;
}
