import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { WebSocket } from 'ws';
import { inlinedBytes } from '../../../js/core/compiled-core.ts';
import {
  createRealtimeIntegration,
  type RealtimeIntegration,
  type RealtimeIntegrationOptions,
  type TidemarkError,
} from '../../../js/index.ts';
import type { Host } from '../../../js/worker/host.ts';
import { openRemote } from '../../../js/worker/open-remote.ts';
import type { Packet } from '../../../js/worker/protocol.ts';
import type { RemoteEngine } from '../../../js/worker/remote-engine.ts';
import { placeOver } from './place-over.ts';

export interface Row {
  id: number;
  version: number;
  name: string;
}

const KEY = ['projects', 'list'];
const HASH = JSON.stringify(KEY);

/** One of several pages that have their core in one host. */
export class HostedTab {
  readonly queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  readonly integration: RealtimeIntegration;
  readonly errors: TidemarkError[] = [];
  /** What crossed to it. */
  readonly packets: Packet[] = [];
  /** What a read of its list answers. */
  rows: readonly Row[];
  reads = 0;
  /** What the answers to reads wait for. */
  gate: Promise<void> | undefined;
  engine: RemoteEngine | undefined;
  #stop: () => void = () => {};

  constructor(
    host: Host,
    url: string,
    rows: readonly Row[],
    options: RealtimeIntegrationOptions = {},
  ) {
    // A worker has its own.
    Object.assign(globalThis, { WebSocket });
    this.rows = rows;
    const place = placeOver(host, (message) => {
      // A copy of what is transferred, and so is not here any more.
      if (message.op === 'packet') this.packets.push(structuredClone(message));
    });
    const link = { url, sseUrl: undefined, credentials: undefined, tokenInUrl: undefined };
    this.integration = createRealtimeIntegration(
      this.queryClient,
      {
        websocketUrl: url,
        worker: true,
        server: true,
        reconnectInterval: 20,
        linger: 0,
        onError: (error) => this.errors.push(error),
        ...options,
      },
      {
        loadEngine: async (config) => {
          this.engine = await openRemote(
            place,
            {
              name: '',
              setup: { config, link, wasmUrl: undefined },
              lock: null,
              wholeEvents: options.onEvent !== undefined,
            },
            { getToken: options.getToken, core: inlinedBytes },
          );
          return this.engine;
        },
      },
    );
    this.integration.start();
  }

  /** Shows its list of an entity, or of some of its rows. */
  show(filter?: string): void {
    const spec = { queryKey: KEY, entity: 'projects', ...(filter ? { filter } : {}) };
    const observer = new QueryObserver(this.queryClient, {
      queryKey: KEY,
      queryFn: () =>
        this.integration.fetch(spec, async () => {
          this.reads++;
          const answer = structuredClone(this.rows);
          await this.gate;
          return answer;
        }),
      structuralSharing: (before, after) => this.integration.share(HASH, before, after, undefined),
    });
    const handle = this.integration.observe(spec);
    const unsubscribe = observer.subscribe(() => {});
    this.#stop = () => {
      unsubscribe();
      handle.release();
    };
  }

  get names(): string[] | undefined {
    return this.queryClient.getQueryData<Row[]>(KEY)?.map(({ name }) => name);
  }

  get shown(): Row[] | undefined {
    return this.queryClient.getQueryData<Row[]>(KEY);
  }

  get continuity(): string {
    return this.integration.realtime(HASH).continuity;
  }

  close(): void {
    this.#stop();
    this.integration.dispose();
    this.queryClient.clear();
  }
}
