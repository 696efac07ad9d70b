import { useEffect, useRef, useSyncExternalStore } from 'react';
import { endOf, millis } from '../load/results-table.tsx';
import { TraceChart } from '../load/trace-chart.tsx';
import type { FrameLink } from './frame-link.ts';
import { ownOrigin, type Place } from './origins.ts';
import { Pace } from './pace.tsx';

/** What does not load by then never will; nor does an error page answer once it has loaded. */
const LOAD_PATIENCE_MS = 10_000;
const ANSWER_PATIENCE_MS = 2000;

export interface LaneProps {
  link: FrameLink;
  place: Place;
  /** In ms. */
  lengthMs: number;
  /** Whether the frame comes from an origin of its own, where there is one. */
  isNamed: boolean;
  onOpen: (link: FrameLink) => void;
  onSilent: () => void;
}

/** One contestant: its frame times as they come, and its page. */
export function Lane({ link, place, lengthMs, isNamed, onOpen, onSilent }: LaneProps) {
  const { contestant, lab } = link;
  const { id, label, how } = contestant;
  const frame = useRef<HTMLIFrameElement>(null);
  const outcome = useSyncExternalStore(lab.subscribe, lab.outcomes).get(id);
  const origin = (isNamed && ownOrigin(place, window.location)) || window.location.origin;
  const silent = useRef(onSilent);
  silent.current = onSilent;
  const opened = useRef(onOpen);
  opened.current = onOpen;

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const giveUp = () => silent.current();
    let patience = setTimeout(giveUp, LOAD_PATIENCE_MS);
    const open = () => {
      clearTimeout(patience);
      patience = setTimeout(giveUp, ANSWER_PATIENCE_MS);
      void link.open(element).then(() => {
        clearTimeout(patience);
        opened.current(link);
      });
    };
    element.addEventListener('load', open);
    // From here on, or it could have loaded before anyone listened.
    element.src = `${origin}/race/frame.html?contestant=${id}`;
    return () => {
      clearTimeout(patience);
      element.removeEventListener('load', open);
      link.close();
    };
  }, [link, origin, id]);

  const frames = outcome?.frames;
  return (
    <section
      className="card lane"
      aria-labelledby={`lane-${place}`}
      data-lane={id}
      data-phase={outcome?.phase ?? 'none'}
    >
      <div className="title">
        <h2 id={`lane-${place}`}>
          <span className="swatch" data-trace={id} />
          {label}
        </h2>
        <Pace link={link} isRunning={outcome?.phase === 'running'} />
      </div>
      <p className="how">{how}</p>
      <TraceChart lab={lab} lengthMs={lengthMs}>
        Half of the frames within <b>{millis(frames?.p50)}</b>, 95 % within{' '}
        <b>{millis(frames?.p95)}</b>, the longest <b>{millis(frames?.max)}</b>
      </TraceChart>
      <iframe ref={frame} title={`The page of: ${label}`} />
      <p className="end" data-testid={`${id}-end`}>
        {outcome ? endOf(outcome) : 'Not run yet'}
      </p>
    </section>
  );
}
