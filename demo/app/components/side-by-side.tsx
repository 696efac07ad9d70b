import { addressFor } from '../settings.ts';
import { useTitle } from '../title.ts';

const USERS = ['Ayesha', 'Björn'] as const;

/** Two users' pages, each with a query client, a core and a link of its own. */
export function SideBySide() {
  useTitle('Two users');
  return (
    <main id="main" tabIndex={-1} className="panes">
      <h1 className="unseen">Two users</h1>
      {USERS.map((user) => (
        <iframe
          key={user}
          title={`${user}’s page`}
          src={addressFor(user, window.location.search, 'projects')}
        />
      ))}
    </main>
  );
}
