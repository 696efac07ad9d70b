export type { Continuity, RealtimeEvent, Status, Transport } from './core/effects.ts';
export type { EngineStats } from './core/engine.ts';
export { TidemarkError } from './core/errors.ts';
export { defaultEntities, type EntityDefinition, findEntity } from './entities/definitions.ts';
export { getIntegration } from './realtime/attachment.ts';
export type { LinkState } from './realtime/link-state.ts';
export {
  createPollingFallback,
  type EntityPollingOptions,
  type Fetcher,
  type PollingFallback,
  type PollingFallbackOptions,
  type PollingOptions,
} from './realtime/polling-fallback.ts';
export type { QueryBindingSpec, RealtimeState } from './realtime/query-binding.ts';
export {
  type BindingHandle,
  createRealtimeIntegration,
  type RealtimeIntegration,
  type RealtimeIntegrationOptions,
} from './realtime/react-query-integration.ts';
export type {
  EventSourceConstructor,
  EventSourceLike,
  WebSocketConstructor,
  WebSocketLike,
} from './realtime/transports.ts';
export {
  createWebSocketClient,
  type EventHandler,
  type WebSocketClient,
  type WebSocketClientOptions,
} from './realtime/websocket-client.ts';
