import { useEffect, useRef, useState } from 'react';
import type { Contestant } from '../load/contestant.ts';
import { Lab } from '../load/lab.ts';
import { MeasuredList } from '../load/measured-list.tsx';
import type { Gate } from '../load/run.ts';
import type { Order } from './messages.ts';
import type { PageLink } from './page-link.ts';

/** What is known of the run that was asked for. */
interface Task {
  readonly number: number;
  readonly lengthMs: number;
}

/** One contestant's list, which runs when the page around it says so, and tells what it measured. */
export function FramePage({ contestant, link }: { contestant: Contestant; link: PageLink }) {
  const { id, label } = contestant;
  const [lab] = useState(() => new Lab());
  const [task, setTask] = useState<Task>();
  const [scrolls, setScrolls] = useState(true);
  const go = useRef(() => {});
  const leave = useRef(() => {});

  useEffect(() => {
    lab.onFrame = () => {
      const trace = lab.traces.get(id);
      if (trace) link.report({ report: 'frame', now: trace.last });
    };
    return lab.subscribe(() => {
      const outcome = lab.outcomes().get(id);
      if (outcome) link.report({ report: 'outcome', outcome });
    });
  }, [lab, link, id]);

  useEffect(
    () =>
      link.listen((order: Order) => {
        switch (order.order) {
          case 'load':
            lab.begin(id);
            lab.become(id, { phase: 'loading' });
            setScrolls(order.scrolls);
            setTask((last) => ({ number: (last?.number ?? 0) + 1, lengthMs: order.lengthMs }));
            break;
          case 'go':
            go.current();
            break;
          case 'scroll':
            setScrolls(order.scrolls);
            break;
          case 'leave':
            leave.current();
            break;
          case 'clear':
            setTask(undefined);
            break;
        }
      }),
    [lab, link, id],
  );

  const gate: Gate = (to) => {
    const told = new Promise<void>((resolve) => {
      go.current = resolve;
    });
    lab.become(id, { phase: to === 'running' ? 'ready' : 'settled' });
    return told;
  };

  return (
    <main aria-label={label}>
      <h1 className="unseen">{label}</h1>
      {task ? (
        <contestant.Side key={task.number}>
          {(shown) => {
            leave.current = shown.leave;
            return (
              <MeasuredList
                contestant={contestant}
                lab={lab}
                shown={shown}
                lengthMs={task.lengthMs}
                scrolls={scrolls}
                gate={gate}
              />
            );
          }}
        </contestant.Side>
      ) : (
        <p className="empty">The rows come with the race.</p>
      )}
    </main>
  );
}
