import { useSyncExternalStore } from 'react';
import type { Fault } from './fault.ts';
import { faultSwitches } from './fault-switches.ts';

export interface FaultSwitchProps {
  fault: Fault;
  run: (action: () => Promise<unknown>) => void;
  describedBy?: string;
}

/** The button of one fault. It stays pressed for as long as that lasts. */
export function FaultSwitch({ fault, run, describedBy }: FaultSwitchProps) {
  const { active } = useSyncExternalStore(faultSwitches.subscribe, faultSwitches.now);
  const isOn = active.get(fault.group) === fault;
  return (
    <button
      type="button"
      data-testid={fault.id}
      aria-describedby={describedBy}
      // What is over at once is no switch.
      aria-pressed={fault.forMs === 0 ? undefined : isOn}
      onClick={() => run(() => faultSwitches.toggle(fault))}
    >
      {fault.label}
    </button>
  );
}
