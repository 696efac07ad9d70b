import type { QueryClient } from '@tanstack/react-query';
import type { RealtimeIntegration } from './integration.ts';

// In the global registry, so that two bundled copies of this module find each other's.
const KEY: unique symbol = Symbol.for('tidemark.integration') as never;

type Attachable = QueryClient & { [KEY]?: RealtimeIntegration | undefined };

/** The integration that was made last for this client; undefined when there is none. */
export function getIntegration(queryClient: QueryClient): RealtimeIntegration | undefined {
  return (queryClient as Attachable)[KEY];
}

export function attach(queryClient: QueryClient, integration: RealtimeIntegration): void {
  Object.defineProperty(queryClient, KEY, { value: integration, configurable: true });
}

export function detach(queryClient: QueryClient, integration: RealtimeIntegration): void {
  if (getIntegration(queryClient) === integration) delete (queryClient as Attachable)[KEY];
}
