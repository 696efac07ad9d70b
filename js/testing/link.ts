import type { Clock } from '../core/clock.ts';

/** The way back to one client, given by a transport. */
export interface Link {
  /** One frame, or one piece of an event stream. `id` is the position after it, if it has one. */
  send(text: string, id?: string): void;
  /** Ends it. A transport without close codes ends what it has. */
  close(code: number, reason: string): void;
  /** Breaks it: what was to be sent next cannot be. */
  abort(): void;
  countEvents(count: number): void;
}

/** What a server thinks of a token. `expiresAt` is in ms since the epoch. */
export type Verdict =
  | { kind: 'valid'; expiresAt: number }
  | { kind: 'expired' }
  | { kind: 'forged' }
  | { kind: 'malformed' };

/** Absent: nobody needs a token. */
export type VerifyToken = (token: string) => Verdict;

const LONGEST_TIMER = 0x7fffffff;

/** How long until then, as a timer takes it: one that is longer would fire at once. */
export function delayUntil(time: number, clock: Clock): number {
  return Math.min(Math.max(0, time - clock.now()), LONGEST_TIMER);
}
