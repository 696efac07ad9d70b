import type { ConnectionQuality, Status, Transport } from '../core/effects.ts';
import type { EngineStats } from '../core/engine.ts';
import type { RecorderHandle, RecordOptions } from '../core/recording.ts';
import type { TraceReport } from '../core/trace.ts';
import type { EntityDefinition } from '../entities/definitions.ts';
import type { QueryBindingSpec } from './binding-spec.ts';
import type { Edit } from './edit.ts';
import type { Inspection } from './inspection.ts';
import type { LinkState } from './link-state.ts';
import type { RealtimeState } from './realtime-state.ts';

/** Keeps a query bound to its rows until it is released. */
export interface BindingHandle {
  /** More than once is once. */
  release(): void;
}

/** A query's option `structuralSharing`. */
export type Sharing = boolean | ((before: unknown, after: unknown) => unknown) | undefined;

/** What `createRealtimeIntegration` returns. The hooks find it by its query client. */
export interface RealtimeIntegration {
  /** Of the link. */
  readonly status: Status;
  /** What carries events now; null while nothing does. */
  readonly transport: Transport | null;
  /** How good the connection is; the same object until that changes. */
  readonly quality: ConnectionQuality;
  /** All of that; the same object until something of it changes. */
  readonly link: LinkState;
  /** Connects. Queries may be observed before. */
  start(): void;
  /** Disconnects; queries stay observed, and catch up at the next `start`. */
  stop(): void;
  /** Counters of the core; null until it has loaded. */
  stats(): EngineStats | null;
  /** What it holds at this moment; see docs/devtools.md. Loads nothing and changes nothing. */
  inspect(): Inspection;
  /**
   * Notes what becomes of each event, the newest `entries` of them (at most 10000); 0 stops and
   * forgets. Off until it is called.
   */
  trace(entries: number): void;
  /**
   * The events that were noted, or became something else, since the report of `revision`; by
   * default all that are kept. Null while nothing is noted.
   */
  traced(revision?: number): TraceReport | null;
  /**
   * Keeps the newest inputs of the core, for `replay`. Call it before `start` and before the
   * first query is observed, or with `restart`.
   *
   * @throws TidemarkError `record_too_late`
   */
  record(options?: RecordOptions): RecorderHandle;
  /** Calls `listener` when `link` changed. Returns what removes it. */
  subscribeStatus(listener: (state: LinkState) => void): () => void;
  /**
   * Keeps a query's rows in step with the server. Counted per query; the last release takes
   * effect a second later, so that a quick remount changes nothing.
   *
   * @throws TidemarkError `unknown_entity`
   */
  observe(spec: QueryBindingSpec): BindingHandle;
  /**
   * Runs a query function for a query of these rows; what it resolves with belongs in the
   * query. Rejects with what `queryFn` throws, or TidemarkError `unknown_entity`.
   */
  fetch<T>(spec: QueryBindingSpec, queryFn: () => T | Promise<T>): Promise<T>;
  /**
   * For a query's `structuralSharing`: puts the newest rows in the place of older ones from
   * here; leaves everything else to `sharing`, the option as the user gave it.
   */
  share(queryHash: string, before: unknown, after: unknown, sharing: Sharing): unknown;
  /** How fresh the query is; the same object until that changes. */
  realtime(queryHash: string): RealtimeState;
  /** Calls `listener` when `realtime(queryHash)` changed. Returns what removes it. */
  watch(queryHash: string, listener: () => void): () => void;
  /**
   * Shows an edit at once, sends it when its turn comes, and takes back it alone when it
   * fails. Resolves with what its `send` resolved with, rejects with what that rejected with,
   * or TidemarkError `unknown_entity` or `bad_mutation`.
   */
  edit(edit: Edit): Promise<unknown>;
  /**
   * The definition of that name, or else of that table.
   *
   * @throws TidemarkError `unknown_entity`
   */
  entity(nameOrTable: string): EntityDefinition;
  /** Ends it for good, frees the core and leaves the query client. */
  dispose(): void;
}
