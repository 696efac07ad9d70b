import { BodyParts } from './body-parts.ts';
import { Materialiser, type ViewChange } from './change-batch.ts';
import type { CoreModule, NativeEngine } from './core-module.ts';
import type { CoreSource } from './core-source.ts';
import type { Effect } from './effects.ts';
import type {
  EngineConfig,
  EngineStats,
  EntityShape,
  Mutation,
  PauseReason,
  Seed,
  ViewSpec,
} from './engine-types.ts';
import { TidemarkError } from './errors.ts';
import type { CoreInspection } from './inspection.ts';
import { loadCore } from './load.ts';
import { readText, Scratch } from './memory.ts';
import type { TraceReport } from './trace.ts';

export type * from './engine-types.ts';

/** In the order of src/session/pause.h. */
const PAUSE_REASONS: readonly PauseReason[] = ['offline', 'hidden', 'frozen'];

/** A longer body is read in parts of so many bytes: most processors hold one in their second cache. */
const PART = 256 * 1024;

export function randomSeed(): Seed {
  const [low, high] = crypto.getRandomValues(new Uint32Array(2));
  return [low as number, high as number];
}

/**
 * The one handle on a core. Every method is synchronous; `now` is milliseconds since the
 * epoch. After any call the caller performs `takeEffects()` and, when it wishes to show
 * what changed, `flush()`. Where the core runs out of memory any method throws TidemarkError
 * `core_aborted`, from then on and for all engines of the instance.
 */
export class Engine {
  readonly #core: CoreModule;
  readonly #native: NativeEngine;
  readonly #materialiser = new Materialiser();
  readonly #scratch: Scratch;
  readonly #address: number;
  readonly maxFrameBytes: number;
  #disposed = false;

  private constructor(core: CoreModule, config: EngineConfig, native: NativeEngine) {
    this.#core = core;
    this.#native = native;
    this.#scratch = new Scratch(core, (bytes) => native.reserve(bytes));
    this.#address = native.address();
    this.maxFrameBytes = config.maxFrameBytes ?? 8 * 1024 * 1024;
  }

  /** @throws TidemarkError `core_unavailable`, `bad_config` */
  static async load(
    config: EngineConfig = {},
    seed: Seed = randomSeed(),
    source: CoreSource = {},
  ): Promise<Engine> {
    return Engine.in(await loadCore(source), config, seed);
  }

  /** In an instance of its own or of others. @throws TidemarkError `bad_config` */
  static in(core: CoreModule, config: EngineConfig, seed: Seed): Engine {
    const length = new Scratch(core, (n) => core.configScratch(n)).write(JSON.stringify(config));
    const result = core.checkConfig(length);
    if (result < 0) throw errorOf(core, result);
    return new Engine(core, config, new core.Engine(length, ...seed));
  }

  /** The engine that was at `address` when the instance's memory was copied. */
  static at(core: CoreModule, config: EngineConfig, address: number): Engine {
    return new Engine(core, config, core.engineAt(address));
  }

  /** Where it is in its instance's memory. */
  get address(): number {
    this.#assertLive();
    return this.#address;
  }

  /** Frees the core's memory. Further calls throw `disposed`. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (!this.aborted) this.#native.delete();
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Why it does nothing any more: a call of this or another engine of the instance broke it. */
  get aborted(): TidemarkError | undefined {
    return this.#core.aborted;
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
  /** `lastId`: after which event a stream's answer says that it begins; empty when it does not. */
  linkOpened(link: number, now: number, lastId = ''): void {
    this.#live.linkOpened(link, this.#write(lastId), now);
  }
  /**
   * `code` is the WebSocket close code, the HTTP status of a stream that did not open, or
   * 1006 when there is neither. `retryAfterMs`: how long the server asked to wait, else 0.
   */
  linkClosed(link: number, code: number, retryAfterMs: number, now: number): void {
    this.#live.linkClosed(link, code, retryAfterMs, now);
  }
  /** Answers a `token` effect; an empty token opens the link without one. */
  token(link: number, token: string, now: number): void {
    this.#live.token(link, this.#write(token), now);
  }
  tokenFailed(link: number, now: number): void {
    this.#live.tokenFailed(link, now);
  }
  /** Why nothing may be opened or asked for at the moment. Each reason ends by itself. */
  pause(reason: PauseReason, on: boolean, now: number): void {
    this.#live.pause(PAUSE_REASONS.indexOf(reason), on, now);
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
    const at = this.#core._tidemark_deadline(this.address);
    return at < 0 ? null : at;
  }

  /** A frame arrived. Bad frames are counted and reported as `error` effects, never thrown. */
  frame(link: number, data: string | Uint8Array, now: number): void {
    // The length that would be copied is checked here: a browser has no maximum frame size.
    const size = typeof data === 'string' ? data.length : data.byteLength;
    if (size > this.maxFrameBytes) this.frameTooLarge(link, now);
    else this.#core._tidemark_frame(this.#address, link, this.#write(data), now);
  }
  /** A frame arrived that nobody shall look at. */
  frameTooLarge(link: number, now: number): void {
    this.#core._tidemark_frame(this.address, link, 0xffffffff, now);
  }

  /** A piece of an event stream's body (SSE), cut anywhere. */
  stream(link: number, bytes: Uint8Array, now: number): void {
    this.#core._tidemark_stream(this.#address, link, this.#write(bytes), now);
  }

  /** What another tab's `relay` effect held. Events that are known, or cannot be placed, are ignored. */
  relay(text: string, now: number): void {
    this.#live.relay(this.#write(text), now);
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
    if (body.length > PART && this.#readParts(ticket, body, now)) return;
    this.#check(this.#live.endSnapshot(ticket, this.#write(body), now));
  }
  /** The server answered that nothing changed since the last answer that was taken (304). */
  confirmSnapshot(ticket: number, now: number): void {
    this.#live.confirmSnapshot(ticket, now);
  }
  /** The request failed; polls back off by at least `retryAfterMs`. */
  failSnapshot(ticket: number, retryAfterMs: number, now: number): void {
    this.#live.failSnapshot(ticket, retryAfterMs, now);
  }

  /**
   * Shows a pending edit. A `submit` effect follows when it is to be sent; answer it with
   * `settle` or `fail`. Returns the edit's handle. @throws TidemarkError
   */
  mutate(mutation: Mutation, now: number): number {
    return this.#check(this.#live.mutate(this.#write(JSON.stringify(mutation)), now));
  }
  /**
   * Makes an edit anew from the text of its `keep` effect. Those made first come first, and
   * before the first `mutate`. Returns the edit's handle.
   *
   * @throws TidemarkError `bad_edit`, `unknown_entity`
   */
  restore(saved: string, now: number): number {
    return this.#check(this.#live.restore(this.#write(saved), now));
  }
  /** The edit succeeded; `row` is the server's row as JSON, or `null` as JSON when it gave none. */
  settle(mutation: number, row: string, now: number): void {
    this.#check(this.#live.settle(mutation, this.#write(row), now));
  }
  /**
   * The edit failed and is taken back, it alone. True when it is kept and submitted again,
   * because `network` failed and there is none at the moment, or because edits are kept.
   */
  fail(mutation: number, network: boolean, now: number): boolean {
    return this.#check(this.#live.fail(mutation, network, now)) === 1;
  }
  /** What a field shall be while the server has `theirs`; for the policy `custom`. */
  resolve(mutation: number, field: string, theirs: unknown, value: unknown, now: number): void {
    const text = JSON.stringify({ field, theirs, value });
    this.#check(this.#live.resolve(mutation, this.#write(text), now));
  }

  /** What the calls so far ask for, oldest first; each is handed over once. */
  takeEffects(): Effect[] {
    const text = this.takeEffectsText();
    return text === '' ? [] : (JSON.parse(text) as Effect[]);
  }

  /** The same as the core wrote it; empty when there is nothing. */
  takeEffectsText(): string {
    const length = this.#core._tidemark_effects(this.address);
    return length === 0 ? '' : readText(this.#core, this.#native.effectsPointer(), length);
  }

  /** Brings every changed view up to date in JS and says which changed. */
  flush(): ViewChange[] {
    return this.takeBatch((batch) => this.#materialiser.apply(batch)) ?? [];
  }

  /**
   * Lends what changed to `take`, and counts it as taken when that returns. Undefined, and
   * `take` not called, when nothing changed. Throws what `take` throws.
   */
  takeBatch<T>(take: (batch: Uint8Array) => T): T | undefined {
    const length = this.#live.flush(0);
    if (length === 0) return undefined;
    const pointer = this.#live.batchPointer();
    try {
      const taken = take(this.#core.HEAPU8.subarray(pointer, pointer + length));
      this.#live.commit();
      return taken;
    } catch (error) {
      this.#live.rollback();
      throw error;
    }
  }

  /**
   * The same for pages that share this engine: lends `take` what changed in the views of each
   * reader that has news. Counts as taken when all is.
   */
  takeBatches(readers: Iterable<number>, take: (reader: number, batch: Uint8Array) => void): void {
    try {
      for (const reader of readers) {
        const length = this.#live.flush(reader);
        const pointer = this.#live.batchPointer();
        if (length > 0) take(reader, this.#core.HEAPU8.subarray(pointer, pointer + length));
      }
      this.#live.commit();
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
    return this.#report(this.#live.stats()) as EngineStats;
  }

  /** Notes what becomes of each event, the newest `entries` of them; 0 stops and forgets. */
  trace(entries: number): void {
    this.#live.trace(entries);
  }

  /**
   * The events that were noted, or became something else, since the report of `revision`; 0 for
   * all that are kept. Null while nothing is noted.
   */
  traced(revision: number): TraceReport | null {
    return this.#report(this.#live.traced(revision)) as TraceReport | null;
  }

  /** What the core holds at the moment. */
  inspect(): CoreInspection {
    return this.#report(this.#live.inspect()) as CoreInspection;
  }

  /** The core's whole memory, in bytes; shared by all engines of its instance. */
  get memoryBytes(): number {
    return this.#core.HEAPU8.byteLength;
  }

  #report(length: number): unknown {
    if (length === 0) return null;
    return JSON.parse(readText(this.#core, this.#native.statsPointer(), length));
  }

  get #live(): NativeEngine {
    this.#assertLive();
    return this.#native;
  }

  #assertLive(): void {
    if (this.#disposed) throw new TidemarkError('disposed', 'this engine was disposed');
    if (this.#core.aborted) throw this.#core.aborted;
  }

  /** False when the core wants to see the body as a whole. */
  #readParts(ticket: number, body: string | Uint8Array, now: number): boolean {
    const parts = new BodyParts(body);
    for (let held = 0, first = true; held >= 0; first = false) {
      // Asked for anew: what was kept of a part may have made the memory grow.
      const length = held + parts.writeTo(this.#scratch.room(PART).subarray(held, PART));
      if (parts.done && !first) return this.#live.endParts(ticket, length, now);
      held = this.#live.readPart(ticket, first, length);
    }
    return false;
  }

  #write(input: string | Uint8Array): number {
    this.#assertLive();
    return this.#scratch.write(input);
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
