import type { Recording, ReplayResult } from './core/recording.ts';

export type { Clock } from './core/clock.ts';
export type { CoreSource } from './core/core-source.ts';
export type {
  Conflict,
  ConnectionQuality,
  Continuity,
  Grade,
  RealtimeEvent,
  RowId,
  Status,
  Transport,
} from './core/effects.ts';
export type { ConflictPolicy, EngineStats } from './core/engine.ts';
export { TidemarkError } from './core/errors.ts';
export type {
  CoreInspection,
  InspectedEdit,
  InspectedSubscription,
  InspectedView,
  LinkCause,
} from './core/inspection.ts';
export type {
  RecorderHandle,
  Recording,
  RecordOptions,
  Redact,
  ReplayResult,
} from './core/recording.ts';
export type { EventFate, TracedEvent, TraceReport } from './core/trace.ts';
export { defaultEntities, type EntityDefinition, findEntity } from './entities/definitions.ts';
export { getIntegration } from './realtime/attachment.ts';
export type { QueryBindingSpec } from './realtime/binding-spec.ts';
export type { Edit, Submission } from './realtime/edit.ts';
export type { InspectedQuery, Inspection } from './realtime/inspection.ts';
export type { BindingHandle, RealtimeIntegration } from './realtime/integration.ts';
export type { RealtimeIntegrationOptions } from './realtime/integration-options.ts';
export type { LinkOptions } from './realtime/link-options.ts';
export type { LinkState } from './realtime/link-state.ts';
export type { Dialect } from './realtime/link-target.ts';
export type { PageEdges } from './realtime/pages-envelope.ts';
export {
  createPollingFallback,
  type EntityPollingOptions,
  type Fetcher,
  type FetcherRequest,
  type PollingFallback,
  type PollingFallbackOptions,
  type PollingOptions,
} from './realtime/polling-fallback.ts';
export { createRealtimeIntegration } from './realtime/react-query-integration.ts';
export type { RealtimeState } from './realtime/realtime-state.ts';
export type {
  SupabaseClientLike,
  SupabaseProject,
  SupabaseSource,
} from './realtime/supabase.ts';
export type { GetToken } from './realtime/tokens.ts';
export type {
  EventSourceConstructor,
  EventSourceLike,
} from './realtime/transports/event-source.ts';
export type { WebSocketConstructor, WebSocketLike } from './realtime/transports/websocket.ts';
export {
  createWebSocketClient,
  type EventHandler,
  type WebSocketClient,
  type WebSocketClientOptions,
} from './realtime/websocket-client.ts';

export type { WorkerOptions } from './worker/elsewhere.ts';

/**
 * Runs a recording through the core once more, and tells whether all that came out was the
 * same, byte for byte.
 *
 * Rejects with TidemarkError `other_build` for a recording of another version of the core,
 * `bad_recording` for one that cannot be read.
 */
export async function replay(recording: Recording): Promise<ReplayResult> {
  return (await import('./core/replay.ts')).replay(recording);
}
