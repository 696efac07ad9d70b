import { TidemarkDevtoolsInProduction } from 'tidemark/devtools';
import { EntityView } from './components/entity-view.tsx';
import { Navigation } from './components/navigation.tsx';
import { SideBySide } from './components/side-by-side.tsx';
import { StatsView } from './components/stats-view.tsx';
import type { EventHistory } from './event-history.ts';
import type { EntityPage } from './page.ts';
import { adminUsersPage } from './pages/admin-users.ts';
import { applicationsPage } from './pages/applications.ts';
import { organizationsPage } from './pages/organizations.ts';
import { paymentsPage } from './pages/payments.ts';
import { projectsPage } from './pages/projects.ts';
import { vettingQueuePage } from './pages/vetting-queue.ts';
import { volunteersPage } from './pages/volunteers.ts';
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

export function App({ history }: { history: EventHistory }) {
  const route = useRoute();
  const isPane = userOf(window.location.search) !== null;
  const isStats = route === 'admin/stats';
  const isSideBySide = route === 'side-by-side' && !isPane;
  // What is not known shows the first.
  const page = PAGES.find(({ path }) => path === route) ?? projectsPage;
  const shown = isStats || isSideBySide ? route : page.path;
  return (
    <>
      <Navigation route={shown} withPanes={!isPane} />
      {isSideBySide ? (
        <SideBySide />
      ) : isStats ? (
        <StatsView history={history} />
      ) : (
        <EntityView key={page.path} page={page} history={history} isPane={isPane} />
      )}
      {/* The demo's page is built as one that is published. */}
      {isPane ? null : <TidemarkDevtoolsInProduction />}
    </>
  );
}
