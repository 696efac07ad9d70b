/**
 * What the core asks the outside to do, in order. The core hands them over as one JSON
 * array (see `src/change/effects.h`), so each is plain data and a recording replays.
 */
export type Status = 'connecting' | 'connected' | 'disconnected' | 'reconnecting' | 'error';
export type Transport = 'websocket' | 'sse' | 'polling';

/**
 * What a subscription knows of its own completeness: `live` (nothing missing), `catching-up`
 * (a replay or a snapshot is under way), `suspect` (something was missed; a resync follows),
 * `polling` (as fresh as the last poll), `offline` (nothing
 * keeps it fresh: no link, or polls that fail or are not sent).
 */
export type Continuity = 'live' | 'catching-up' | 'suspect' | 'polling' | 'offline';

/** One change as the server announced it (`type: 'realtime'`) or a poll found it (`'polling'`). */
export interface RealtimeEvent<T = unknown> {
  type: string;
  entity: string;
  action: 'insert' | 'update' | 'delete';
  data: T;
  /** ISO 8601. */
  timestamp: string;
  /** Unique for the change, however often it arrives. */
  id: string;
}

export type Effect =
  /** Open a link. `subscribe` (SSE only) goes into the URL. Answer with `linkOpened` or `linkClosed`. */
  | { op: 'open'; link: number; transport: 'websocket' | 'sse'; subscribe: string }
  | { op: 'close'; link: number; code: number }
  | { op: 'send'; link: number; text: string }
  /**
   * Read this view's rows again: `beginSnapshot`, fetch, `endSnapshot` or `failSnapshot`.
   * `window`: the view is a page, and a row came into it that was never sent.
   */
  | { op: 'fetch'; view: number; reason: 'subscribed' | 'gap' | 'reset' | 'poll' | 'window' }
  | { op: 'status'; status: Status; transport: Transport | null; attempt: number }
  | { op: 'continuity'; view: number; continuity: Continuity; lastEventAt: number | null }
  /**
   * An event for the handlers of `subs`. `repeated`: everyone else had it already, with the
   * copy for another subscription.
   */
  | { op: 'event'; subs: number[]; view: number | null; repeated: boolean; event: RealtimeEvent }
  | { op: 'error'; code: string; message: string; fatal: boolean };
