import { useState } from 'react';
import type { EventFate, TracedEvent } from '../core/trace.ts';
import { Badge } from './badge.tsx';
import { timeOf } from './format.ts';
import { MOST_EVENTS } from './histories.ts';
import type { Inspector, Picture } from './inspector.ts';
import { type Column, Head, Row } from './table.tsx';
import { useWindow } from './use-window.ts';

const ROW_HEIGHT = 24;

/** What each fate means, in the order in which they are offered. */
const FATES: Readonly<Record<EventFate, string>> = {
  applied: 'the row is as the event says',
  unchanged: 'the row was like that already',
  conflated: 'applied, and overtaken before the page was told',
  duplicate: 'seen before',
  stale: 'older than what is known of the row',
  gap: 'behind something missing; a replay brings it again',
  unobserved: 'no query shows its entity',
  foreign: 'of a subscription that ended, or not to be placed',
  rejected: 'could not be read',
};

const COLUMNS: ReadonlyArray<Column<TracedEvent>> = [
  { title: 'Time', cell: ({ at }) => timeOf(at) },
  {
    title: 'Became',
    cell: ({ fate, error }) => (
      <span title={FATES[fate]}>
        <Badge word={fate} />
        {error ? ` ${error}` : ''}
      </span>
    ),
  },
  { title: 'Entity', cell: ({ entity }) => entity ?? '–' },
  { title: 'Action', cell: ({ action }) => action ?? '–' },
  { title: 'Row', cell: ({ id }) => id ?? '–' },
  { title: 'Position', cell: ({ epoch, seq }) => (seq === null ? '–' : `${epoch}:${seq}`) },
  { title: 'Over', cell: ({ way }) => way },
  { title: 'Event', cell: ({ eventId }) => (eventId ? <code>{eventId}</code> : '–') },
];

/** The stream of events, newest first, with what became of each. */
export function EventsTab({ picture, inspector }: { picture: Picture; inspector: Inspector }) {
  const [fate, setFate] = useState<EventFate | 'all'>('all');
  const [held, setHeld] = useState<readonly TracedEvent[]>();
  const events = (held ?? picture.events)
    .filter((event) => fate === 'all' || event.fate === fate)
    .reverse();
  const { scroller, onScroll, first, end } = useWindow(events.length, ROW_HEIGHT);
  return (
    <div className="events">
      <div className="controls">
        <label>
          Became{' '}
          <select value={fate} onChange={({ target }) => setFate(target.value as EventFate)}>
            <option value="all">anything</option>
            {Object.entries(FATES).map(([name, meaning]) => (
              <option key={name} value={name}>
                {name}: {meaning}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          aria-pressed={held !== undefined}
          onClick={() => setHeld(held ? undefined : picture.events)}
        >
          Hold
        </button>
        <button
          type="button"
          onClick={() => {
            inspector.clearEvents();
            setHeld(undefined);
          }}
        >
          Clear
        </button>
        <span>
          {events.length} of the newest {MOST_EVENTS}, noted while this panel is open
        </span>
      </div>
      <section
        className="scroller"
        aria-label="Events, newest first"
        ref={scroller}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        tabIndex={0}
      >
        {/* Room for the rows that are not on the screen. */}
        <div
          style={{
            paddingTop: first * ROW_HEIGHT,
            paddingBottom: (events.length - end) * ROW_HEIGHT,
          }}
        >
          <table aria-rowcount={events.length + 1}>
            <caption className="unseen">Events, newest first</caption>
            <Head columns={COLUMNS} />
            <tbody>
              {events.slice(first, end).map((event, index) => (
                <Row key={event.number} item={event} columns={COLUMNS} index={first + index + 2} />
              ))}
            </tbody>
          </table>
        </div>
        {events.length === 0 ? <p className="nothing">No event came yet.</p> : null}
      </section>
    </div>
  );
}
