import { memo } from 'react';
import type { RealtimeState } from 'tidemark';
import { transportName } from '../format.ts';
import { userOf } from '../settings.ts';
import { useTitle } from '../title.ts';
import { DataAge } from './data-age.tsx';

/** Of a page without rows of its own the link alone is told. */
type Told = Pick<RealtimeState, 'status' | 'transport'> & Partial<RealtimeState>;

export interface ConnectionHeaderProps {
  title: string;
  realtime: Told;
}

/** What the page knows of its own freshness. */
export const ConnectionHeader = memo(function ConnectionHeader({
  title,
  realtime,
}: ConnectionHeaderProps) {
  const { status, transport, continuity, lastEventAt } = realtime;
  const user = userOf(window.location.search);
  useTitle(title);
  return (
    <header className="connection" data-status={status}>
      <h1>{user ? `${user}: ${title}` : title}</h1>
      <dl>
        <div>
          <dt>Status</dt>
          <dd className="status" data-testid="status">
            {status}
          </dd>
        </div>
        <div>
          <dt>Transport</dt>
          <dd data-testid="transport" data-transport={transport ?? 'none'}>
            {transportName(transport)}
          </dd>
        </div>
        {continuity === undefined ? null : (
          <div>
            <dt>Data</dt>
            <dd data-testid="continuity" data-continuity={continuity}>
              {continuity}
            </dd>
          </div>
        )}
        {lastEventAt === undefined ? null : (
          <div>
            <dt>Last event</dt>
            <dd>
              <DataAge at={lastEventAt} />
            </dd>
          </div>
        )}
      </dl>
      <p role="status" className="unseen">
        {continuity === undefined ? `Link ${status}` : `Link ${status}, data ${continuity}`}
      </p>
    </header>
  );
});
