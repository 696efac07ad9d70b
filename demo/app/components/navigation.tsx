const LINKS = [
  ['projects', 'Projects'],
  ['applications', 'Applications'],
  ['volunteers', 'Volunteers'],
  ['payments', 'Payments'],
  ['organizations', 'Organizations'],
  ['admin/users', 'Users'],
  ['admin/vetting', 'Vetting'],
  ['admin/stats', 'Totals'],
] as const;

const SIDE_BY_SIDE = ['side-by-side', 'Side by side'] as const;

/** `withPanes`: also the page that shows two users', each of which has a navigation of its own. */
export function Navigation({ route, withPanes }: { route: string; withPanes: boolean }) {
  return (
    <nav aria-label="Pages">
      {[...LINKS, ...(withPanes ? [SIDE_BY_SIDE] : [])].map(([path, label]) => (
        <a key={path} href={`#/${path}`} aria-current={path === route ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  );
}
