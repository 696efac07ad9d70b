import { SkipLink } from './skip-link.tsx';

interface Link {
  readonly path: string;
  readonly label: string;
}

const ENTITIES: readonly Link[] = [
  { path: 'projects', label: 'Projects' },
  { path: 'applications', label: 'Applications' },
  { path: 'volunteers', label: 'Volunteers' },
  { path: 'payments', label: 'Payments' },
  { path: 'organizations', label: 'Organizations' },
  { path: 'admin/users', label: 'Users' },
  { path: 'admin/vetting', label: 'Vetting' },
  { path: 'admin/stats', label: 'Totals' },
];

const TRIALS: readonly Link[] = [
  { path: 'faults', label: 'Faults' },
  { path: 'load', label: 'Load' },
  { path: 'race', label: 'Race' },
  { path: 'side-by-side', label: 'Two users' },
];

/** `withTrials`: also the pages that a user's pane has no room for. */
export function Navigation({ route, withTrials }: { route: string; withTrials: boolean }) {
  return (
    <nav className="masthead" aria-label="Pages">
      <SkipLink />
      <a className="brand" href="#/projects">
        <img src="/favicon.svg" alt="" width="24" height="24" />
        Tidemark
      </a>
      <div className="links">
        <Links links={ENTITIES} route={route} />
        {withTrials ? <Links links={TRIALS} route={route} /> : null}
      </div>
    </nav>
  );
}

function Links({ links, route }: { links: readonly Link[]; route: string }) {
  return (
    <ul>
      {links.map(({ path, label }) => (
        <li key={path}>
          <a
            ref={path === route ? intoView : null}
            href={`#/${path}`}
            aria-current={path === route ? 'page' : undefined}
          >
            {label}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** On a phone the links are in a row that is longer than it. */
function intoView(link: HTMLElement | null): void {
  link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
