// What the core asks the outside to do, in order. The core hands them over as one JSON
// array (see `src/change/effects.h`), so each is plain data and a recording replays.

/**
 * How the link is: `connecting` (the first time), `connected`, `reconnecting` (lost; another try
 * follows, or polling serves meanwhile), `disconnected` (nobody asked for it, or it was ended from
 * here), `error` (given up).
 */
export type Status = 'connecting' | 'connected' | 'disconnected' | 'reconnecting' | 'error';
/** What carries changes; `polling` is the queries' own requests, again and again. */
export type Transport = 'websocket' | 'sse' | 'polling';

/**
 * How complete a query's rows are: `live` (nothing is missing), `catching-up` (a replay or a
 * request is under way), `suspect` (something was missed; it is read again), `polling` (as fresh as
 * the last poll), `offline` (nothing keeps it fresh: no link, or polls that fail or are not sent).
 */
export type Continuity = 'live' | 'catching-up' | 'suspect' | 'polling' | 'offline';

/** One change as the server announced it (`type: 'realtime'`) or a poll found it (`'polling'`). */
export interface RealtimeEvent<T = unknown> {
  /** `realtime` or `polling`. */
  type: string;
  /** By name. */
  entity: string;
  action: 'insert' | 'update' | 'delete';
  /** The row after the change; of a delete at least its id. */
  data: T;
  /** When the server made it: ISO 8601. */
  timestamp: string;
  /** Unique for the change, however often it arrives. */
  id: string;
}

/** How good the connection is, judged by its round trips and missed heartbeats. */
export type Grade = 'offline' | 'poor' | 'fair' | 'good';

/** Measured by the heartbeat; times in ms. */
export interface ConnectionQuality {
  /** The same in one word. */
  readonly grade: Grade;
  /** Smoothed round trip; null before the first one. */
  readonly rttMs: number | null;
  /** Smoothed deviation of the round trips. */
  readonly jitterMs: number;
  /** Pings that were never answered. */
  readonly missedHeartbeats: number;
  /** How often the link was there again after it was lost. */
  readonly reconnects: number;
}

/** What identifies a row. `5` and `'5'` are two rows. */
export type RowId = string | number;

/** Somebody else changed a field that a pending edit changes. */
export interface Conflict {
  /** By name. */
  entity: string;
  /** Of the row. */
  id: RowId;
  /** The member that both changed. */
  field: string;
  /** What is done about it, a `ConflictPolicy`. */
  policy: string;
  /** What the server had when the edit was made. */
  base: unknown;
  /** What the edit says. */
  mine: unknown;
  /** What the server has now. */
  theirs: unknown;
}

export type Effect =
  /**
   * A token is wanted before `link` can be opened, or for the open one. `refresh`: the last one
   * was refused. Answer with `token` or `tokenFailed`.
   */
  | { op: 'token'; link: number; refresh: boolean }
  /** Open a link; `query` goes into its URL. Answer with `linkOpened` or `linkClosed`. */
  | { op: 'open'; link: number; transport: 'websocket' | 'sse'; query: string }
  | { op: 'close'; link: number; code: number }
  | { op: 'send'; link: number; text: string }
  /**
   * Read this view's rows again: `beginSnapshot`, fetch, `endSnapshot`, `confirmSnapshot` or `failSnapshot`.
   * `window`: the view is a page, and a row came into it that was never sent.
   */
  | { op: 'fetch'; view: number; reason: 'subscribed' | 'gap' | 'reset' | 'poll' | 'window' }
  /** The events of `sub` begin anew: some in between may never come. */
  | { op: 'resync'; sub: number }
  | { op: 'status'; status: Status; transport: Transport | null; attempt: number }
  | { op: 'continuity'; view: number; continuity: Continuity; lastEventAt: number | null }
  /**
   * An event for the handlers of `subs`. `repeated`: everyone else had it already, with the
   * copy for another subscription.
   */
  | { op: 'event'; subs: number[]; view: number | null; repeated: boolean; event: RealtimeEvent }
  | ({ op: 'quality' } & ConnectionQuality)
  /**
   * A pending edit's turn has come: send the server `data` (an insert's row, an update's
   * members; null for a delete) and answer with `settle` or `fail`. `key` is the mutation id.
   */
  | {
      op: 'submit';
      mutation: number;
      key: string;
      entity: string;
      action: RealtimeEvent['action'];
      id: RowId;
      data: Record<string, unknown> | null;
    }
  /**
   * Keep a pending edit over reloads, or keep it as it is now: `saved` is for `restore`. `key` is
   * the mutation id. `forget`: it has ended.
   */
  | { op: 'keep'; key: string; entity: string; saved: string }
  | { op: 'forget'; key: string }
  /** The server has an edit that was to be sent again; no answer will come. `row`: its event's data. */
  | { op: 'confirmed'; mutation: number; row: unknown }
  /** A row that was shown under a temporary id has the server's. */
  | { op: 'renamed'; entity: string; from: RowId; to: RowId }
  | ({ op: 'conflict'; mutation: number } & Conflict)
  /** Events for the other tabs: hand `text` to their `relay`. */
  | { op: 'relay'; text: string }
  | { op: 'error'; code: string; message: string; fatal: boolean }
  /**
   * Of a core that runs elsewhere, and so cannot throw: it refused a view, a subscription or an
   * edit by this number, or (`rows`) what was handed in as a view's.
   */
  | { op: 'refused'; what: Refused; number: number; code: string; message: string };

export type Refused = 'view' | 'sub' | 'edit' | 'rows';
