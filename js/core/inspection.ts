import type { Continuity, RealtimeEvent, RowId } from './effects.ts';

/**
 * Why the link is as it is, in the words of src/session/cause.h: `asked` (connect or disconnect
 * was called), `opened`, `replaced` (a better link took over), `closed` (by the server or the
 * network), `silence` (nothing was heard for too long), `timeout` (it did not open in time),
 * `no_token`.
 */
export type LinkCause =
  | 'asked'
  | 'opened'
  | 'replaced'
  | 'closed'
  | 'silence'
  | 'timeout'
  | 'no_token';

/** A stream of events that some queries share. */
export interface InspectedSubscription {
  readonly sub: number;
  readonly entity: string;
  readonly filter: string;
  /** How many use it; 0 while it lingers. */
  readonly users: number;
  readonly continuity: Continuity;
  /** How far in the server's stream it has come; null without positions. */
  readonly epoch: string | null;
  readonly seq: number | null;
  /** In ms since the epoch. */
  readonly lastEventAt: number | null;
}

/** A list of rows that the core keeps. */
export interface InspectedView {
  readonly view: number;
  /** 0: it is only polled. */
  readonly sub: number;
  /** How many rows are in it, those outside of its window included. */
  readonly rows: number;
  readonly continuity: Continuity;
  /** Whether it is asked for in intervals at the moment. */
  readonly polled: boolean;
}

/** An edit that the server has not confirmed. */
export interface InspectedEdit {
  readonly mutation: number;
  /** The mutation id, which the server's event repeats. */
  readonly key: string;
  readonly entity: string;
  readonly action: RealtimeEvent['action'];
  readonly id: RowId;
  /**
   * `queued` (not sent), `sent`, `confirmed` (its event is here, its answer is not), `answered`
   * (succeeded without a row, and shown until the event comes).
   */
  readonly stage: 'queued' | 'sent' | 'confirmed' | 'answered';
  /** In ms since the epoch. */
  readonly madeAt: number;
  /** Whether it outlives the page. */
  readonly kept: boolean;
  /** Whether it is not sent before it is known what others did to its row. */
  readonly waits: boolean;
  /** An insert's row, or the members that an update changes. */
  readonly data: Readonly<Record<string, unknown>> | null;
  /** Fields that somebody else changed meanwhile, and the server's values. */
  readonly conflicts: ReadonlyArray<{ readonly field: string; readonly theirs: unknown }>;
}

/** What a core holds at one moment. */
export interface CoreInspection {
  readonly cause: LinkCause;
  /** With which code the last link was lost: a WebSocket close code, or an HTTP status. */
  readonly lostCode: number;
  readonly subscriptions: readonly InspectedSubscription[];
  readonly views: readonly InspectedView[];
  readonly edits: readonly InspectedEdit[];
}
