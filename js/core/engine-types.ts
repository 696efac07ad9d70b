import type { Grade } from './effects.ts';

/** How the core is set up. Times in ms, sizes in bytes; what is left out takes the core's default. */
export interface EngineConfig {
  /** How the server is spoken to: a file of src/wire each. Default `native`. */
  dialect?: 'native' | 'supabase' | 'centrifugo' | 'mercure' | 'plain' | undefined;
  /** In order of preference; empty for an engine without a link. Default `['websocket', 'sse', 'polling']`. */
  transports?: readonly ('websocket' | 'sse' | 'polling')[];
  reconnect?: boolean;
  /** First backoff step; doubles up to 30 s, with full jitter. Default 3000. */
  reconnectInterval?: number;
  /** Cap of the backoff. Default 30000. */
  maxReconnectInterval?: number;
  maxReconnectAttempts?: number;
  /** Ask for a token (`token` effect) before each opening. Default false. */
  tokens?: boolean;
  /** How long a subscription outlives its last user, ms; 0 ends it at once. Default 1000. */
  linger?: number;
  /** Emit a `relay` effect for what arrives. Default false. */
  relay?: boolean;
  heartbeatInterval?: number;
  /** Silence after a ping that ends a link. Default: the interval, between 2000 and 10000. */
  heartbeatTimeout?: number;
  /** How often a better transport is tried while a worse one serves. Default 15000. */
  probeInterval?: number;
  /** Failed opens of one transport before the next is taken. Default 2. */
  fallbackAfter?: number;
  /** How often each observed view is read while the link's transport is polling. Default 10000. */
  pollingInterval?: number;
  /** How many event ids are remembered against repeats. Default 10000. */
  dedupCapacity?: number;
  /** How long each of them is, in ms. Default 0: until `dedupCapacity` newer came. */
  dedupTtl?: number;
  /** Frames above this are rejected before they are copied. Default 8 MiB. */
  maxFrameBytes?: number;
  /** Rows that no view shows and that are remembered all the same. Default 10000. */
  hiddenRowCapacity?: number;
  /** Emit an `event` effect for every event taken. */
  deliverEvents?: boolean;
  /** Emit `keep` and `forget` effects for pending edits. Default false. */
  keepEdits?: boolean;
}

/** What the core's random numbers and hash keys follow from: two 32-bit numbers. */
export type Seed = readonly [low: number, high: number];

/** `offline`: no network; `hidden`: nobody looks at the page; `frozen`: it is about to stop running. */
export type PauseReason = 'offline' | 'hidden' | 'frozen';

/** How the core reads an entity's rows. */
export interface EntityShape {
  name: string;
  /** Name of the member that identifies a row; default `id`. */
  idField?: string;
  /** Name of a member that only grows (number or ISO timestamp). */
  versionField?: string;
  /** Where the server keeps the rows; default `name`. */
  table?: string;
  /** Members that never change in a row. */
  fixedFields?: readonly string[];
  /** What becomes of a pending edit of a field that somebody else changed. Default `rebase`. */
  conflict?: ConflictPolicy;
  /** The same for single fields. */
  conflicts?: Readonly<Record<string, ConflictPolicy>>;
}

/**
 * What becomes of a pending edit of a field that somebody else changed. `rebase`: it stays, and
 * shows nothing of a row that was deleted. `server-wins`: theirs, the edit of that field is dropped.
 * `client-wins`: it stays, also of a row that was deleted. `last-write-wins`: the later one, where
 * the version is a time. `increment`: their number and what the edit added. `union`: their array
 * with what the edit added, without what it removed. `custom`: a function decides.
 */
export type ConflictPolicy =
  | 'rebase'
  | 'server-wins'
  | 'client-wins'
  | 'last-write-wins'
  | 'increment'
  | 'union'
  | 'custom';

export interface ViewSpec {
  entity: string;
  /** `column=op.value,…` (docs/protocol.md, "Filters"); empty for the whole entity. */
  filter?: string;
  /** `column.desc.nullslast,column`; without it rows keep the server's order and new ones go last. */
  order?: string;
  /** Show this many rows at most; default all. */
  limit?: number;
  /** Leave out this many rows before them. */
  offset?: number;
  /**
   * Who applies `limit` and `offset`. `true` (the default with a limit or an offset): the server,
   * so a snapshot holds the page, perhaps with some rows after it as a reserve, and the core asks
   * for another when it cannot know which row comes in. `false`: a snapshot holds the whole list,
   * and the core cuts the window from it.
   */
  paged?: boolean;
  /** Where a snapshot holds its array, `data` or `result.items`; empty when it is the array. */
  path?: string;
  /** Subscribe to the entity's events; false for a view that is only polled. Default true. */
  live?: boolean;
  /** Whose batches it is told in, of the pages that share the engine. Default 0; below 256. */
  reader?: number;
}

/** Counters of the core, from when it was loaded. */
export interface EngineStats {
  /** Frames of a WebSocket and messages of an event stream. */
  framesReceived: number;
  /** Those that could not be read: see `rejected`. */
  framesRejected: number;
  /** Events that changed a row that is held. */
  eventsApplied: number;
  /** Events that had come before, whatever link they came over. */
  duplicates: number;
  /** Events that were older than the row that is held. */
  stale: number;
  /** How often something was seen to be missing, and asked for again. */
  gaps: number;
  /** How often the server said that it lost its place. */
  resets: number;
  /** Answers to queries that were taken. */
  snapshots: number;
  /** How often the link was there again after it was lost. */
  reconnects: number;
  /** Rows that are held. */
  rows: number;
  /** Rows, tombstones and pending inserts together. */
  slots: number;
  /** Deleted rows that are remembered, so that a late event does not bring them back. */
  tombstones: number;
  /** Rows that the next flush will look at. */
  unflushed: number;
  /** Memory that rows, tombstones and their index take in the core, in bytes. */
  storeBytes: number;
  /** Edits that the server has not answered. */
  pending: number;
  /** Queries that are observed. */
  views: number;
  /** Those that linger included. */
  subscriptions: number;
  /** Events taken from other tabs. */
  relayed: number;
  /** As in `ConnectionQuality`, and so are the next three. */
  grade: Grade;
  /** Smoothed round trip, in ms; null before the first one. */
  rttMs: number | null;
  /** Smoothed deviation of the round trips, in ms. */
  jitterMs: number;
  /** Pings that were never answered. */
  missedHeartbeats: number;
  /** When the last event of any subscription arrived, ms since the epoch. */
  lastEventAt: number | null;
  /** How many frames and messages were refused, by error code. */
  rejected: Record<string, number>;
}

export type Mutation =
  | { id: string; entity: string; action: 'insert' | 'update'; data: unknown }
  | { id: string; entity: string; action: 'delete'; data: unknown };
