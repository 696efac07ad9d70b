import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  createRealtimeIntegration,
  type RealtimeIntegration,
  type RealtimeIntegrationOptions,
  type TidemarkError,
} from '../../../js/index.ts';
import { ProtocolServer } from './protocol-server.ts';

/** A query client with the real core, tied to a server on loopback. */
export class Harness {
  readonly errors: TidemarkError[] = [];
  readonly queryClient = new QueryClient({
    defaultOptions: { queries: { staleTime: 60_000, retry: false } },
  });
  readonly integration: RealtimeIntegration;

  private constructor(
    readonly server: ProtocolServer,
    options: RealtimeIntegrationOptions,
  ) {
    this.integration = createRealtimeIntegration(this.queryClient, {
      websocketUrl: server.url,
      WebSocket,
      reconnectInterval: 20,
      onError: (error) => this.errors.push(error),
      ...options,
    });
    this.integration.start();
  }

  static async start(options: RealtimeIntegrationOptions = {}): Promise<Harness> {
    return new Harness(await ProtocolServer.start(), options);
  }

  readonly wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={this.queryClient}>{children}</QueryClientProvider>
  );

  /** Until a query is in step with the server: nothing that follows is a part of getting there. */
  async live(queryKey: readonly unknown[]): Promise<void> {
    const hash = JSON.stringify(queryKey);
    await vi.waitFor(() => expect(this.integration.realtime(hash).continuity).toBe('live'), 5000);
    await this.idle();
  }

  /** Until nothing is asked for any more. */
  async idle(): Promise<void> {
    await vi.waitFor(() => expect(this.queryClient.isFetching()).toBe(0), 5000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await vi.waitFor(() => expect(this.queryClient.isFetching()).toBe(0), 5000);
  }

  /** The entities and filters that the server has subscriptions for. */
  subscriptions(): string[] {
    return [...this.server.connections]
      .flatMap(({ subscriptions }) => [...subscriptions.values()])
      .map(({ entity, filter = '' }) => `${entity} ${filter}`.trim())
      .sort();
  }

  async stop(): Promise<void> {
    cleanup();
    this.integration.dispose();
    this.queryClient.clear();
    await this.server.stop();
  }
}
