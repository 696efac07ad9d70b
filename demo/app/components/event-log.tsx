import { memo, useSyncExternalStore } from 'react';
import type { EventHistory, HistoryEntry } from '../event-history.ts';
import { formatTime } from '../format.ts';

function idOf(data: unknown): string {
  const id = (data as { id?: unknown } | null)?.id;
  return id === undefined ? '' : String(id);
}

const EventItem = memo(function EventItem({ event, at }: Pick<HistoryEntry, 'event' | 'at'>) {
  return (
    <li data-testid="event">
      <time dateTime={new Date(at).toISOString()}>{formatTime(at)}</time>
      <span className="tag" data-tag={event.action}>
        {event.action}
      </span>
      <span>
        {event.entity} {idOf(event.data)}
      </span>
      <span className="kind">{event.type}</span>
    </li>
  );
});

/** The last events, newest first. */
export function EventLog({ history }: { history: EventHistory }) {
  const entries = useSyncExternalStore(history.subscribe, history.entries);
  return (
    <section className="card events" aria-labelledby="events-title">
      <div className="title">
        <h2 id="events-title">Events</h2>
        <p>{entries[0] ? `${entries[0].number} so far` : 'none yet'}</p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it */}
      <ol aria-label="The last events, newest first" tabIndex={0} data-testid="event-log">
        {entries.map(({ event, at, number }) => (
          <EventItem key={number} event={event} at={at} />
        ))}
      </ol>
    </section>
  );
}
