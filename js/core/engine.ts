import { Materialiser, type ViewChange } from './change-batch.ts';
import type { Effect } from './effects.ts';
import { TidemarkError } from './errors.ts';
import { type CoreModule, loadCore, type NativeEngine } from './load.ts';
import { readText, writeScratch } from './memory.ts';

/** How the core is set up. Times in ms, sizes in bytes; what is left out takes the core's default. */
export interface EngineConfig {
  /** In order of preference; empty for an engine without a link. Default `['websocket', 'sse', 'polling']`. */
  transports?: readonly ('websocket' | 'sse' | 'polling')[];
  reconnect?: boolean;
  /** First backoff step; doubles up to 30 s, with full jitter. Default 3000. */
  reconnectInterval?: number;
  maxReconnectAttempts?: number;
  heartbeatInterval?: number;
  /** Silence after a ping that ends a link. Default: the interval, between 2000 and 10000. */
  heartbeatTimeout?: number;
  /** How often a better transport is tried while a worse one serves. Default 15000. */
  probeInterval?: number;
  /** Failed opens of one transport before the next is taken. Default 2. */
  fallbackAfter?: number;
  /** How often each observed view is read while the link's transport is polling. Default 10000. */
  pollingInterval?: number;
  /** Frames above this are rejected before they are copied. Default 8 MiB. */
  maxFrameBytes?: number;
  /** How many event ids are remembered, so that an event takes effect once. Default 10000. */
  dedupCapacity?: number;
  /** How long each of them is remembered, in ms. Default 0: until `dedupCapacity` newer came. */
  dedupTtl?: number;
  /** Emit an `event` effect for every event taken. */
  deliverEvents?: boolean;
}

/** How the core reads an entity's rows. */
export interface EntityShape {
  name: string;
  /** Name of the member that identifies a row; default `id`. */
  idField?: string;
  /** Name of a member that only grows (number or ISO timestamp). */
  versionField?: string;
}

export interface ViewSpec {
  entity: string;
  /** `column=op.value,…`; empty for the whole entity. */
  filter?: string;
  /** `column.asc,column.desc`; without it rows keep the server's order and new ones go last. */
  order?: string;
  /** Where a snapshot holds its array, `data` or `result.items`; empty when it is the array. */
  path?: string;
  /** Subscribe to the entity's events; false for a view that is only polled. Default true. */
  live?: boolean;
}

export interface EngineStats {
  framesReceived: number;
  framesRejected: number;
  eventsApplied: number;
  duplicates: number;
  stale: number;
  gaps: number;
  resets: number;
  snapshots: number;
  reconnects: number;
  rows: number;
  /** Rows, tombstones and pending inserts together. */
  slots: number;
  tombstones: number;
  pending: number;
  views: number;
  subscriptions: number;
  rttMs: number | null;
}

export type Mutation =
  | { id: string; entity: string; action: 'insert' | 'update'; data: unknown }
  | { id: string; entity: string; action: 'delete'; data: unknown };

/**
 * The one handle on a core. Every method is synchronous; `now` is milliseconds since the
 * epoch. After any call the caller performs `takeEffects()` and, when it wishes to show
 * what changed, `flush()`.
 */
export class Engine {
  readonly #core: CoreModule;
  readonly #native: NativeEngine;
  readonly #materialiser = new Materialiser();
  readonly #reserve: (bytes: number) => number;
  readonly maxFrameBytes: number;
  #disposed = false;

  private constructor(core: CoreModule, config: EngineConfig) {
    this.#core = core;
    const seed = crypto.getRandomValues(new Uint32Array(2));
    const length = writeScratch(core, (n) => core.configScratch(n), JSON.stringify(config));
    if (core.checkConfig(length) < 0) throw errorOf(core, core.checkConfig(length));
    this.#native = new core.Engine(length, seed[0] as number, seed[1] as number);
    this.#reserve = (bytes) => this.#native.reserve(bytes);
    this.maxFrameBytes = config.maxFrameBytes ?? 8 * 1024 * 1024;
  }

  /** @throws TidemarkError `core_unavailable`, `bad_config` */
  static async load(config: EngineConfig = {}): Promise<Engine> {
    return new Engine(await loadCore(), config);
  }

  /** Frees the core's memory. Further calls throw `disposed`. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#native.delete();
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  defineEntity(shape: EntityShape): void {
    this.#check(this.#live.defineEntity(this.#write(JSON.stringify(shape))));
  }

  connect(now: number): void {
    this.#live.connect(now);
  }
  disconnect(now: number): void {
    this.#live.disconnect(now);
  }
  linkOpened(link: number, now: number): void {
    this.#live.linkOpened(link, now);
  }
  /** `code` is the WebSocket close code; 1006 for an SSE error or a failed open. */
  linkClosed(link: number, code: number, now: number): void {
    this.#live.linkClosed(link, code, now);
  }
  online(isOnline: boolean, now: number): void {
    this.#live.online(isOnline, now);
  }
  /** The page became visible or woke from sleep: check that the link is alive. */
  wake(now: number): void {
    this.#live.wake(now);
  }
  tick(now: number): void {
    this.#live.tick(now);
  }
  /** When `tick` wants to be called next (ms since the epoch), or null. */
  get deadline(): number | null {
    const at = this.#live.deadline();
    return at < 0 ? null : at;
  }

  /** A frame arrived. Bad frames are counted and reported as `error` effects, never thrown. */
  frame(link: number, data: string | Uint8Array, now: number): void {
    // The length that would be copied is checked here: a browser has no maximum frame size.
    const size = typeof data === 'string' ? data.length : data.byteLength;
    const length = size > this.maxFrameBytes ? 0xffffffff : this.#write(data);
    this.#live.frame(link, length, now);
  }

  /** Sends text on the current link; false when there is none. */
  send(text: string, now: number): boolean {
    return this.#live.send(this.#write(text), now) === 0;
  }

  /** Counts references: the same entity and filter share one subscription. @throws TidemarkError */
  subscribe(entity: string, filter: string, now: number): number {
    const spec = JSON.stringify({ entity, filter });
    return this.#check(this.#live.subscribe(this.#write(spec), now));
  }
  unsubscribe(sub: number, now: number): void {
    this.#live.unsubscribe(sub, now);
  }

  /** Opens a view. Nothing is fetched until `beginSnapshot`. @throws TidemarkError */
  observe(spec: ViewSpec, now: number): number {
    return this.#check(this.#live.observe(this.#write(JSON.stringify(spec)), now));
  }
  release(view: number, now: number): void {
    this.#live.release(view, now);
    this.#materialiser.forget(view);
  }
  /** Emits `fetch` effects for `view` about every `intervalMs`; 0 stops. */
  poll(view: number, intervalMs: number, adaptive: boolean, now: number): void {
    this.#live.poll(view, intervalMs, adaptive, now);
  }

  /** Call when a request for the view's rows leaves. Returns a ticket. */
  beginSnapshot(view: number, now: number): number {
    return this.#check(this.#live.beginSnapshot(view, now));
  }
  /** The response body, as text or UTF-8 bytes. On an error the held rows stay. @throws TidemarkError */
  endSnapshot(ticket: number, body: string | Uint8Array, now: number): void {
    this.#check(this.#live.endSnapshot(ticket, this.#write(body), now));
  }
  /** The request failed; polls back off by at least `retryAfterMs`. */
  failSnapshot(ticket: number, retryAfterMs: number, now: number): void {
    this.#live.failSnapshot(ticket, retryAfterMs, now);
  }

  /** Shows a pending edit. Returns a handle for `settle`. @throws TidemarkError */
  mutate(mutation: Mutation, now: number): number {
    return this.#check(this.#live.mutate(this.#write(JSON.stringify(mutation)), now));
  }
  /** The edit failed (`row` null: it alone is taken back) or succeeded with the server's row. */
  settle(mutation: number, row: string | null, now: number): void {
    this.#check(this.#live.settle(mutation, row === null ? 0 : this.#write(row), now));
  }

  /** What the calls so far ask for, oldest first; each is handed over once. */
  takeEffects(): Effect[] {
    const length = this.#live.effects();
    if (length === 0) return [];
    return JSON.parse(readText(this.#core, this.#live.effectsPointer(), length)) as Effect[];
  }

  /** Brings every changed view up to date in JS and says which changed. */
  flush(): ViewChange[] {
    const length = this.#live.flush();
    if (length === 0) return [];
    const pointer = this.#live.batchPointer();
    try {
      const changes = this.#materialiser.apply(
        this.#core.HEAPU8.subarray(pointer, pointer + length),
      );
      this.#live.commit();
      return changes;
    } catch (error) {
      this.#live.rollback();
      throw error;
    }
  }

  /** The rows that `view` shows as of the last flush; undefined before its first snapshot. */
  rows(view: number): readonly unknown[] | undefined {
    return this.#materialiser.rows(view);
  }

  stats(): EngineStats {
    const length = this.#live.stats();
    return JSON.parse(readText(this.#core, this.#live.statsPointer(), length)) as EngineStats;
  }

  get #live(): NativeEngine {
    if (this.#disposed) throw new TidemarkError('disposed', 'this engine was disposed');
    return this.#native;
  }

  #write(input: string | Uint8Array): number {
    if (this.#disposed) throw new TidemarkError('disposed', 'this engine was disposed');
    return writeScratch(this.#core, this.#reserve, input);
  }

  /** Handles are positive, errors negative: the core's codes become exceptions here. */
  #check(result: number): number {
    if (result >= 0) return result;
    throw errorOf(this.#core, result);
  }
}

function errorOf(core: CoreModule, result: number): TidemarkError {
  const text = core.errorText(-result);
  const colon = text.indexOf(':');
  return new TidemarkError(text.slice(0, colon), text.slice(colon + 2));
}
