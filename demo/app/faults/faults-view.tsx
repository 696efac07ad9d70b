import { useEffect, useState } from 'react';
import { keepWriting } from '../api.ts';
import { ConnectionHeader } from '../components/connection-header.tsx';
import { EntityTable } from '../components/entity-table.tsx';
import type { EntityPage } from '../page.ts';
import { projectsPage } from '../pages/projects.ts';
import { useAction } from '../use-action.ts';
import { FaultPanel } from './fault-panel.tsx';
import { HookReadout } from './hook-readout.tsx';

const CHANGES = { rate: 5, forMs: 120_000 } as const;
const SHOWN: ReadonlySet<string> = new Set(['id', 'name', 'volunteers_needed', 'version']);

/** Projects with fewer columns, and nothing to edit. */
const watchedPage: EntityPage = {
  ...projectsPage,
  columns: projectsPage.columns
    .filter(({ field }) => SHOWN.has(field))
    .map((column) => (column.kind === 'name' ? { ...column, kind: 'text' as const } : column)),
};
const ALL = {};
const nothing = () => {};

/** Breaks this page's connection in every way there is, beside what the hook says of it. */
export function FaultsView() {
  return (
    <>
      <Header />
      <main id="main" tabIndex={-1} className="trial">
        <p className="lead">
          Break the connection and watch what a user would be told. The hook never says live over a
          link that is not, and no fault may lose a change.
        </p>
        <div className="side">
          <Changes />
          <Readout />
        </div>
        <FaultPanel />
        <EntityTable
          page={watchedPage}
          filters={ALL}
          heading="The rows meanwhile"
          onOpen={nothing}
        />
      </main>
    </>
  );
}

function Header() {
  return <ConnectionHeader title="Faults" realtime={projectsPage.useRows(ALL).realtime} />;
}

function Readout() {
  return <HookReadout realtime={projectsPage.useRows(ALL).realtime} />;
}

/** Without changes there is nothing that a fault could keep from the page. */
function Changes() {
  const [isOn, setOn] = useState(false);
  const { problem, run } = useAction();
  useEffect(() => {
    if (!isOn) return;
    const timer = setTimeout(() => setOn(false), CHANGES.forMs);
    return () => clearTimeout(timer);
  }, [isOn]);
  const toggle = async () => {
    await keepWriting({ table: 'projects', ...CHANGES, ...(isOn ? { rate: 0 } : {}) });
    setOn(!isOn);
  };
  return (
    <fieldset>
      <legend>The server’s part</legend>
      <button
        type="button"
        data-testid="keep-writing"
        aria-pressed={isOn}
        onClick={() => run(toggle)}
      >
        Change {CHANGES.rate} rows a second
      </button>
      {problem ? <p role="alert">{problem}</p> : null}
    </fieldset>
  );
}
