import { useCallback, useState, useSyncExternalStore } from 'react';
import { useRealtimeStatus } from 'tidemark/react';
import { keepWriting } from '../api.ts';
import { ConnectionHeader } from '../components/connection-header.tsx';
import type { Contestant } from './contestant.ts';
import { Lab } from './lab.ts';
import { lengthOf } from './length.ts';
import { MeasuredList } from './measured-list.tsx';
import { endOf, ResultsTable } from './results-table.tsx';
import type { Gate } from './run.ts';
import { ScrollCheck } from './scroll-check.tsx';
import { TraceChart } from './trace-chart.tsx';

const DONE: ReadonlySet<string | undefined> = new Set(['over', 'failed', undefined]);

/**
 * A list of 100,000 rows under 1,000 changes a second. Its contestants run one after another:
 * they share a thread here, and beside one another each would pay for the other.
 */
export function LoadView() {
  const [lab] = useState(() => new Lab());
  const [chosen, setChosen] = useState<Contestant>();
  // While the table is filled nobody's rows are in memory.
  const [isShown, setShown] = useState(false);
  const [scrolls, setScrolls] = useState(true);
  const lengthMs = lengthOf(window.location.search);
  const outcomes = useSyncExternalStore(lab.subscribe, lab.outcomes);
  const outcome = chosen && outcomes.get(chosen.id);
  const isBusy = !DONE.has(outcome?.phase);

  const run = useCallback(
    async (contestant: Contestant) => {
      lab.begin(contestant.id);
      setChosen(contestant);
      setShown(false);
      try {
        // Fills the table where it is empty, and ends what another run has left.
        await keepWriting({ table: 'gauges', rate: 0, forMs: 0 });
        lab.become(contestant.id, { phase: 'loading' });
        setShown(true);
      } catch (thrown) {
        lab.become(contestant.id, { phase: 'failed', problem: String(thrown) });
      }
    },
    [lab],
  );

  return (
    <>
      <Header />
      <main id="main" tabIndex={-1} className="load">
        <p className="lead">
          A list of 100,000 rows scrolls while the server changes 1,000 of them a second, half of
          those among the first thousand. Who keeps it in step takes turns, because in one page they
          would share a thread; in <a href="#/race">a race</a> two of them have a page each.
        </p>
        <section className="card" aria-labelledby="frames-title">
          <div className="title">
            <h2 id="frames-title">Frame times</h2>
            <ScrollCheck scrolls={scrolls} onChange={setScrolls} />
          </div>
          <TraceChart lab={lab} lengthMs={lengthMs}>
            The time of each frame over the {lengthMs / 1000} seconds of a run; lower is better,
            16.7 ms are 60 frames a second.
          </TraceChart>
          <ResultsTable lab={lab} isBusy={isBusy} onRun={run} />
        </section>
        <p role="status" className="unseen" data-testid="load-status">
          {chosen && outcome ? `${chosen.label}: ${endOf(outcome)}` : ''}
        </p>
        <section className="card" aria-labelledby="rows-title">
          <div className="title">
            <h2 id="rows-title">Rows</h2>
            <p>{chosen ? chosen.label : 'Run one of them to read the rows.'}</p>
          </div>
          {chosen && isShown ? (
            <chosen.Side key={chosen.id}>
              {(shown) => (
                <MeasuredList
                  contestant={chosen}
                  lab={lab}
                  shown={shown}
                  lengthMs={lengthMs}
                  scrolls={scrolls}
                  gate={gateOf(chosen, lengthMs)}
                />
              )}
            </chosen.Side>
          ) : null}
        </section>
      </main>
    </>
  );
}

/** The changes begin with the run. */
const gateOf =
  ({ rate }: Contestant, forMs: number): Gate =>
  async (to) => {
    if (to === 'running' && rate > 0) await keepWriting({ table: 'gauges', rate, forMs });
  };

function Header() {
  return <ConnectionHeader title="100,000 rows" realtime={useRealtimeStatus()} />;
}
