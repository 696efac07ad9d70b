import { addressFor } from '../settings.ts';

const USERS = ['Ayesha', 'Björn'] as const;

/** Two users' pages, each with a query client, a core and a link of its own. */
export function SideBySide() {
  return (
    <main className="panes">
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
