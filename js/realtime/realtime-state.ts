import type { Continuity, Status, Transport } from '../core/effects.ts';
import type { LinkState } from './link-state.ts';

/** How fresh a query's data is, and why. */
export interface RealtimeState {
  /** Of the link, which all queries share. */
  readonly status: Status;
  /** What carries events now; null while nothing does. */
  readonly transport: Transport | null;
  /** What keeps this query's data fresh; null while nothing does. */
  readonly source: Transport | null;
  /** Whether this query's rows are complete. */
  readonly continuity: Continuity;
  /** When this query's last event arrived, in ms since the epoch. */
  readonly lastEventAt: number | null;
}

/** How a query is without a binding. */
export function unboundState({ status, transport }: LinkState): RealtimeState {
  return { status, transport, source: null, continuity: 'offline', lastEventAt: null };
}

export function isSameState(one: RealtimeState, other: RealtimeState): boolean {
  return (Object.keys(one) as Array<keyof RealtimeState>).every((key) => one[key] === other[key]);
}
