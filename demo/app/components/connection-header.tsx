import { memo } from 'react';
import type { RealtimeState } from 'tidemark';
import { formatTime } from '../format.ts';
import { userOf } from '../settings.ts';

const TRANSPORT_NAMES = { websocket: 'WebSocket', sse: 'SSE', polling: 'polling' } as const;

/** What the page knows of its own freshness. */
export const ConnectionHeader = memo(function ConnectionHeader({
  realtime,
}: {
  realtime: RealtimeState;
}) {
  const { status, transport, continuity, lastEventAt } = realtime;
  return (
    <header className="connection" data-status={status}>
      <h1>{userOf(window.location.search) ?? 'Tidemark'}</h1>
      <dl aria-live="polite">
        <div>
          <dt>Status</dt>
          <dd className="status" data-testid="status">
            {status}
          </dd>
        </div>
        <div>
          <dt>Transport</dt>
          <dd data-testid="transport" data-transport={transport ?? 'none'}>
            {transport ? TRANSPORT_NAMES[transport] : 'none'}
          </dd>
        </div>
        <div>
          <dt>Data</dt>
          <dd data-testid="continuity">{continuity}</dd>
        </div>
        <div>
          <dt>Last event</dt>
          <dd aria-live="off" data-testid="last-event">
            {lastEventAt === null ? 'none yet' : formatTime(lastEventAt)}
          </dd>
        </div>
      </dl>
    </header>
  );
});
