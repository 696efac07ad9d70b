import { useSyncExternalStore } from 'react';
import { type SaveFaults, saveFaults } from '../save-faults.ts';
import { useAction } from '../use-action.ts';

const SWITCHES = [
  { fault: 'failsNext', testId: 'fail-save', label: 'Fail my next save' },
  { fault: 'isSlow', testId: 'slow-saves', label: 'Slow my saves' },
] as const satisfies ReadonlyArray<{ fault: keyof SaveFaults; testId: string; label: string }>;

/** Spoils this page's saves at the server, to watch what is taken back, and what stays. */
export function SaveFaultControls() {
  const faults = useSyncExternalStore(saveFaults.subscribe, saveFaults.current);
  const { problem, run } = useAction();
  return (
    <fieldset>
      <legend>Spoil my saves</legend>
      {SWITCHES.map(({ fault, testId, label }) => (
        <button
          key={fault}
          type="button"
          data-testid={testId}
          aria-pressed={faults[fault]}
          onClick={() => run(() => saveFaults.set({ [fault]: !faults[fault] }))}
        >
          {label}
        </button>
      ))}
      {problem ? <p role="alert">{problem}</p> : null}
    </fieldset>
  );
}
