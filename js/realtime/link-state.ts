import type { Status, Transport } from '../core/effects.ts';
import { callSafely, type Report } from './callbacks.ts';

/** How the connection is. */
export interface LinkState {
  readonly status: Status;
  /** What carries events now; null while nothing does. */
  readonly transport: Transport | null;
  /** Which attempt to connect this is; 0 once connected. */
  readonly attempt: number;
}

export const IDLE: LinkState = Object.freeze({
  status: 'disconnected',
  transport: null,
  attempt: 0,
});

/** Nothing is under way: only `connect` changes that. */
export function isIdle({ status }: LinkState): boolean {
  return status === 'disconnected' || status === 'error';
}

export type LinkStateListener = (state: LinkState, before: LinkState) => void;

/** Holds the latest state and tells listeners when it differs from the one before. */
export class LinkStateHolder {
  readonly #report: Report;
  readonly #listeners = new Set<LinkStateListener>();
  #state = IDLE;

  constructor(report: Report) {
    this.#report = report;
  }

  get current(): LinkState {
    return this.#state;
  }

  set({ status, transport, attempt }: LinkState): void {
    const before = this.#state;
    const same =
      before.status === status && before.transport === transport && before.attempt === attempt;
    if (same) return;
    const state = { status, transport, attempt };
    this.#state = state;
    for (const listener of [...this.#listeners]) {
      callSafely(this.#report, 'a status listener', () => listener(state, before));
    }
  }

  /** Returns what removes the listener. */
  subscribe(listener: LinkStateListener): () => void {
    // Wrapped, so that the same function given twice counts twice.
    const entry: LinkStateListener = (state, before) => listener(state, before);
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }
}
