import { useSyncExternalStore } from 'react';
import { type Contestant, contestants } from './contestant.ts';
import type { Lab, Outcome } from './lab.ts';

const PHASES: Record<Outcome['phase'], string> = {
  filling: 'The table is being filled',
  loading: 'Reading the rows',
  ready: 'Ready',
  running: 'Running',
  settling: 'Waiting for the last change',
  settled: 'The last change is shown',
  checking: 'Comparing every row with the table',
  over: 'Over',
  failed: 'Failed',
};

export interface ResultsTableProps {
  lab: Lab;
  isBusy: boolean;
  onRun: (contestant: Contestant) => void;
}

/** What was measured of each contestant, and how to do it again. */
export function ResultsTable({ lab, isBusy, onRun }: ResultsTableProps) {
  const outcomes = useSyncExternalStore(lab.subscribe, lab.outcomes);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it
    <section className="scroller" aria-label="Table: frame times" tabIndex={0}>
      <table className="results">
        <thead>
          <tr>
            <th scope="col">Kept in step by</th>
            <th scope="col">
              <span className="unseen">Run</span>
            </th>
            <th scope="col" className="number">
              Half of the frames within
            </th>
            <th scope="col" className="number">
              95 % within
            </th>
            <th scope="col" className="number">
              Longest
            </th>
            <th scope="col" className="number">
              Frames/s
            </th>
            <th scope="col">In the end</th>
          </tr>
        </thead>
        <tbody>
          {contestants.map((contestant) => (
            <ResultRow
              key={contestant.id}
              contestant={contestant}
              outcome={outcomes.get(contestant.id)}
              isBusy={isBusy}
              onRun={onRun}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface ResultRowProps {
  contestant: Contestant;
  outcome: Outcome | undefined;
  isBusy: boolean;
  onRun: (contestant: Contestant) => void;
}

export const millis = (value: number | undefined): string =>
  value === undefined ? '–' : `${value.toFixed(1)} ms`;

function ResultRow({ contestant, outcome, isBusy, onRun }: ResultRowProps) {
  const { id, label, how } = contestant;
  const frames = outcome?.frames;
  return (
    <tr data-contestant={id} data-phase={outcome?.phase ?? 'none'}>
      <th scope="row">
        <span className="swatch" data-trace={id} />
        {label}
        <small>{how}</small>
      </th>
      <td>
        <button
          type="button"
          data-testid={`run-${id}`}
          aria-label={`Run: ${label}`}
          aria-disabled={isBusy}
          onClick={() => isBusy || onRun(contestant)}
        >
          Run
        </button>
      </td>
      <td className="number" data-testid={`${id}-p50`}>
        {millis(frames?.p50)}
      </td>
      <td className="number" data-testid={`${id}-p95`}>
        {millis(frames?.p95)}
      </td>
      <td className="number" data-testid={`${id}-max`}>
        {millis(frames?.max)}
      </td>
      <td className="number" data-testid={`${id}-rate`}>
        {frames ? frames.rate.toFixed(1) : '–'}
      </td>
      <td data-testid={`${id}-end`}>{outcome ? endOf(outcome) : 'not run yet'}</td>
    </tr>
  );
}

/** In words, for the table and for who does not see it. */
export function endOf({ phase, end, problem }: Outcome): string {
  if (phase === 'failed') return `Failed: ${problem ?? 'unknown'}`;
  if (phase !== 'over' || !end) return `${PHASES[phase]}…`;
  const { rows, differing, lateMs } = end;
  const count = rows.toLocaleString('en');
  const late = lateMs === null ? ', more than 15 s behind' : lateness(lateMs);
  return differing === 0
    ? `All ${count} rows equal the table${late}`
    : `${differing.toLocaleString('en')} of ${count} rows differ from the table${late}`;
}

function lateness(ms: number): string {
  // The writer's last statement has to come here first.
  return ms < 1500 ? '' : `, ${(ms / 1000).toFixed(1)} s after the last change`;
}
