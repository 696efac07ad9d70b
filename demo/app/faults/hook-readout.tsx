import { useSyncExternalStore } from 'react';
import type { RealtimeState } from 'tidemark';
import { DataAge } from '../components/data-age.tsx';
import { transportName } from '../format.ts';
import { useClaims } from './claims.ts';
import { faultSwitches } from './fault-switches.ts';

/** What the hook says now, and what it said since the last fault began. */
export function HookReadout({ realtime }: { realtime: RealtimeState }) {
  const { last, active } = useSyncExternalStore(faultSwitches.subscribe, faultSwitches.now);
  const claims = useClaims(realtime);
  const since = last?.at ?? 0;
  const { status, transport, continuity, lastEventAt } = realtime;
  return (
    <section className="card readout" aria-labelledby="readout-title" data-status={status}>
      <div className="title">
        <h2 id="readout-title">What the hook says</h2>
        <p>{[...active.values()].map(({ label }) => label).join(', ') || 'nothing is broken'}</p>
      </div>
      <dl className="facts">
        <div>
          <dt>status</dt>
          <dd className="status">{status}</dd>
        </div>
        <div>
          <dt>transport</dt>
          <dd>{transportName(transport)}</dd>
        </div>
        <div>
          <dt>continuity</dt>
          <dd data-continuity={continuity}>{continuity}</dd>
        </div>
        <div>
          <dt>data age</dt>
          <dd>
            <DataAge at={lastEventAt} />
          </dd>
        </div>
      </dl>
      <table className="claims">
        <caption>{last ? `Since “${last.label}”` : 'Since the page was opened'}</caption>
        <thead>
          <tr>
            <th scope="col">After</th>
            <th scope="col">Status</th>
            <th scope="col">Transport</th>
            <th scope="col">Data</th>
          </tr>
        </thead>
        <tbody data-testid="claims">
          {claims
            .filter(({ at }) => at >= since)
            .map((claim) => (
              <tr key={`${claim.at} ${claim.status} ${claim.transport} ${claim.continuity}`}>
                <td className="number">
                  {since === 0 ? '' : `${((claim.at - since) / 1000).toFixed(2)} s`}
                </td>
                <td>{claim.status}</td>
                <td>{transportName(claim.transport)}</td>
                <td>{claim.continuity}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}
