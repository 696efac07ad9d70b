import type { ReactNode } from 'react';
import { TidemarkDevtoolsInProduction } from 'tidemark/devtools';
import { EntityView } from './components/entity-view.tsx';
import { Navigation } from './components/navigation.tsx';
import { SideBySide } from './components/side-by-side.tsx';
import { StatsView } from './components/stats-view.tsx';
import type { EventHistory } from './event-history.ts';
import { FaultsView } from './faults/faults-view.tsx';
import { LoadView } from './load/load-view.tsx';
import type { EntityPage } from './page.ts';
import { adminUsersPage } from './pages/admin-users.ts';
import { applicationsPage } from './pages/applications.ts';
import { organizationsPage } from './pages/organizations.ts';
import { paymentsPage } from './pages/payments.ts';
import { projectsPage } from './pages/projects.ts';
import { vettingQueuePage } from './pages/vetting-queue.ts';
import { volunteersPage } from './pages/volunteers.ts';
import { RaceView } from './race/race-view.tsx';
import { useRoute } from './route.ts';
import { userOf } from './settings.ts';

const PAGES: readonly EntityPage[] = [
  projectsPage,
  applicationsPage,
  volunteersPage,
  paymentsPage,
  organizationsPage,
  adminUsersPage,
  vettingQueuePage,
];

/** Pages that are no entity's. In a user's pane there are those without room for the others. */
function viewOf(route: string, history: EventHistory, isPane: boolean): ReactNode {
  if (route === 'admin/stats') return <StatsView history={history} />;
  if (isPane) return undefined;
  if (route === 'faults') return <FaultsView />;
  if (route === 'load') return <LoadView />;
  if (route === 'race') return <RaceView />;
  if (route === 'side-by-side') return <SideBySide />;
  return undefined;
}

export function App({ history }: { history: EventHistory }) {
  const route = useRoute();
  const isPane = userOf(window.location.search) !== null;
  const view = viewOf(route, history, isPane);
  // What is not known shows the first.
  const page = PAGES.find(({ path }) => path === route) ?? projectsPage;
  return (
    <>
      <Navigation route={view ? route : page.path} withTrials={!isPane} />
      {view ?? <EntityView key={page.path} page={page} history={history} isPane={isPane} />}
      {/* The demo's page is built as one that is published. */}
      {isPane ? null : <TidemarkDevtoolsInProduction />}
    </>
  );
}
