import type { Clock } from '../core/clock.ts';
import type { Faults } from './network/faults.ts';

/** The faults that can be called for by name. */
type FaultName = {
  [Name in keyof Faults]: Faults[Name] extends (...args: never[]) => void ? Name : never;
}[keyof Faults];

/** So many milliseconds after the step before: this fault, with these arguments. */
export type Step = {
  [Name in FaultName]: readonly [
    afterMs: number,
    fault: Name,
    ...args: Faults[Name] extends (...args: infer Args) => unknown ? Args : never,
  ];
}[FaultName];

/** Steps, one after the other. */
export type Script = readonly Step[];

/** Resolves after the last step. */
export async function playScript(script: Script, faults: Faults, clock: Clock): Promise<void> {
  for (const [afterMs, fault, ...args] of script) {
    await new Promise<void>((resolve) => clock.setTimeout(resolve, afterMs));
    (faults[fault] as (...given: unknown[]) => void).apply(faults, args);
  }
}
