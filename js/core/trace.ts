import type { RealtimeEvent } from './effects.ts';

/**
 * What became of an event, in the words of src/trace/fate.h: `applied`; `unchanged` (the row was
 * like that already); `conflated` (applied, and overtaken before the page was told);
 * `duplicate`; `stale` (older than what is known); `gap` (behind something missing, and brought
 * again by a replay); `unobserved` (no query shows its entity); `foreign` (of a subscription that
 * ended, or of a sibling tab and not to be placed); `rejected` (could not be read).
 */
export type EventFate =
  | 'applied'
  | 'unchanged'
  | 'conflated'
  | 'duplicate'
  | 'stale'
  | 'gap'
  | 'unobserved'
  | 'foreign'
  | 'rejected';

/** An event and what became of it. Of texts longer than 120 bytes it has the beginning. */
export interface TracedEvent {
  /** Counts the events from 1; an event that became something else keeps its number. */
  readonly number: number;
  /** When it was decided, in ms since the epoch. */
  readonly at: number;
  readonly entity: string | null;
  /** The row's id as JSON. */
  readonly id: string | null;
  readonly eventId: string | null;
  readonly action: RealtimeEvent['action'] | null;
  /** Its place in the server's stream. */
  readonly epoch: string | null;
  readonly seq: number | null;
  /** Over this page's link, out of a sibling tab, or found by a poll. */
  readonly way: 'link' | 'tab' | 'poll';
  readonly fate: EventFate;
  /** Why it was rejected. */
  readonly error: string | null;
}

/** What became of events since the report before. */
export interface TraceReport {
  /** For the next report. */
  readonly revision: number;
  /** Oldest first. */
  readonly entries: readonly TracedEvent[];
}
