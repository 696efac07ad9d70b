import { type PlatformStats, usePlatformStats } from 'tidemark/entities';
import type { EventHistory } from '../event-history.ts';
import { ConnectionHeader } from './connection-header.tsx';
import { EventLog } from './event-log.tsx';
import { FaultControls } from './fault-controls.tsx';

const LABELS: ReadonlyArray<readonly [name: keyof PlatformStats, label: string]> = [
  ['projects', 'Projects'],
  ['activeProjects', 'Active projects'],
  ['applications', 'Applications'],
  ['pendingApplications', 'Pending applications'],
  ['volunteers', 'Volunteers'],
  ['pendingPayments', 'Pending payments'],
  ['organizations', 'Organizations'],
  ['verifiedOrganizations', 'Verified organizations'],
  ['users', 'Users'],
  ['pendingVetting', 'Waiting for vetting'],
];

/** The platform's totals, which move with every table. */
export function StatsView({ history }: { history: EventHistory }) {
  const { data, error, realtime } = usePlatformStats();
  return (
    <>
      <ConnectionHeader title="Totals" realtime={realtime} />
      <main id="main" tabIndex={-1}>
        <div className="controls">
          <FaultControls />
        </div>
        <section className="card" aria-labelledby="stats-title">
          <div className="title">
            <h2 id="stats-title">Now</h2>
          </div>
          {error && !data ? <p role="alert">They cannot be read: {error.message}</p> : null}
          <dl className="stats" aria-busy={!data && !error}>
            {LABELS.map(([name, label]) => (
              <div key={name}>
                <dt>{label}</dt>
                {/* A new element for each value, so that the highlight starts again. */}
                <dd key={data?.[name]} data-testid={`stat-${name}`} className="changed">
                  {data?.[name] ?? '…'}
                </dd>
              </div>
            ))}
          </dl>
        </section>
        <div className="side">
          <EventLog history={history} />
        </div>
      </main>
    </>
  );
}
