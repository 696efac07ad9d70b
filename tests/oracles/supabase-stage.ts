import { RealtimeClient } from '@supabase/realtime-js';
import { WebSocket } from 'ws';
import type { SupabaseOptions } from '../../js/testing/dialects/supabase.ts';
import { MemoryFeed } from '../../js/testing/memory-feed.ts';
import { type Served, serve } from './serve.ts';

export interface Payload {
  eventType: string;
  new: Record<string, unknown>;
  old: Record<string, unknown>;
  errors: string[] | null;
  commit_timestamp: string;
}

interface System {
  extension: string;
  status: string;
  message: string;
}

export interface Watched {
  channel: ReturnType<RealtimeClient['channel']>;
  statuses: string[];
  errors: string[];
  systems: System[];
  changes: Payload[];
}

export interface Wanted {
  event: string;
  schema?: string;
  table?: string;
  filter?: string;
  select?: string[];
}

export const isReady = ({ systems }: Watched): boolean =>
  systems.some(({ status }) => status === 'ok');
export const readiness = ({ systems }: Watched): number =>
  systems.filter(({ status }) => status === 'ok').length;

/** A feed, its server, and Supabase's own clients of it. */
export class SupabaseStage {
  readonly feed = new MemoryFeed();
  server!: Served;
  readonly #clients: RealtimeClient[] = [];

  static async start(options: SupabaseOptions = {}): Promise<SupabaseStage> {
    const stage = new SupabaseStage();
    await stage.serve(options);
    return stage;
  }

  async serve(options: SupabaseOptions = {}, port = 0): Promise<void> {
    this.server = await serve(this.feed, { port, supabase: options });
  }

  connect(options: { vsn?: string; params?: Record<string, string> } = {}): RealtimeClient {
    const client = new RealtimeClient(`ws://127.0.0.1:${this.server.port}/realtime/v1`, {
      params: { apikey: 'anon' },
      transport: WebSocket as never,
      reconnectAfterMs: () => 30,
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  async end(): Promise<void> {
    for (const client of this.#clients) await client.disconnect();
    await this.server.close();
  }
}

/** Subscribes, and keeps what the client reports. */
export function watch(
  client: RealtimeClient,
  wanted: Wanted = { event: '*', schema: 'public', table: 'projects' },
  config: Record<string, unknown> = {},
): Watched {
  const channel = client.channel(`watch-${Math.random()}`, { config });
  const watched: Watched = { channel, statuses: [], errors: [], systems: [], changes: [] };
  channel.on('postgres_changes' as never, wanted as never, (payload: Payload) => {
    watched.changes.push(payload);
  });
  channel.on('system', {}, (payload: System) => watched.systems.push(payload));
  channel.subscribe((status, error) => {
    watched.statuses.push(status);
    if (error) watched.errors.push(error.message);
  });
  return watched;
}
