import { ConnectionHeader } from './components/connection-header.tsx';
import { EventLog } from './components/event-log.tsx';
import { FaultControls } from './components/fault-controls.tsx';
import { ProjectTable } from './components/project-table.tsx';
import { WriteControls } from './components/write-controls.tsx';
import type { EventHistory } from './event-history.ts';

export function App({ history }: { history: EventHistory }) {
  return (
    <>
      <ConnectionHeader />
      <main>
        <div className="controls">
          <WriteControls />
          <FaultControls />
        </div>
        <ProjectTable />
        <EventLog history={history} />
      </main>
    </>
  );
}
