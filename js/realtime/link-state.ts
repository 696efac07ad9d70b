import type { ConnectionQuality, Status, Transport } from '../core/effects.ts';
import { callSafely, type Report } from './callbacks.ts';

/** How the connection is. */
export interface LinkState {
  /** Of the link. */
  readonly status: Status;
  /** What brings changes now; null while nothing does, as when every poll fails. */
  readonly transport: Transport | null;
  /** Which attempt to connect this is; 0 once connected. */
  readonly attempt: number;
  /** How good it is; the same object until something of that changes. */
  readonly quality: ConnectionQuality;
}

export const IDLE: LinkState = Object.freeze({
  status: 'disconnected',
  transport: null,
  attempt: 0,
  quality: Object.freeze({
    grade: 'offline',
    rttMs: null,
    jitterMs: 0,
    missedHeartbeats: 0,
    reconnects: 0,
  }),
});

/** Nothing is under way: only `connect` changes that. */
export function isIdle({ status }: LinkState): boolean {
  return status === 'disconnected' || status === 'error';
}

function differ<T extends object>(before: T, after: T): boolean {
  return (Object.keys(before) as Array<keyof T>).some((key) => before[key] !== after[key]);
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

  /** The same object until something of it changes. */
  get current(): LinkState {
    return this.#state;
  }

  set(changed: Partial<LinkState>): void {
    const before = this.#state;
    const { status, transport, attempt, quality } = { ...before, ...changed };
    const state = { status, transport, attempt, quality };
    if (!differ(before, state)) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) {
      callSafely(this.#report, 'a status listener', () => listener(state, before));
    }
  }

  setQuality({ grade, rttMs, jitterMs, missedHeartbeats, reconnects }: ConnectionQuality): void {
    const quality = { grade, rttMs, jitterMs, missedHeartbeats, reconnects };
    if (differ(this.#state.quality, quality)) this.set({ quality });
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
