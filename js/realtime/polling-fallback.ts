import type { Clock } from '../core/clock.ts';
import { type CoreSource, coreSource } from '../core/core-source.ts';
import type { RealtimeEvent } from '../core/effects.ts';
import { TidemarkError } from '../core/errors.ts';
import { asTidemarkError, callSafely, isAbort, reporter } from './callbacks.ts';
import { Driver } from './driver.ts';
import type { EngineLike, LoadEngine } from './driver-options.ts';
import { checkIntervals } from './options.ts';
import { isResponse, snapshotBody } from './snapshot-body.ts';

/** How often and how an entity is polled. */
export interface PollingOptions {
  /** Milliseconds between two polls. Default 10000. */
  interval?: number | undefined;
  /** Poll faster while things change and slower while they do not. Default true. */
  adaptive?: boolean | undefined;
}

/** Options of `createPollingFallback`. */
export interface PollingFallbackOptions extends PollingOptions, CoreSource {
  /** Called once for each row that a poll found inserted, updated or deleted. */
  onUpdate?: ((entity: string, action: RealtimeEvent['action'], data: unknown) => void) | undefined;
  /**
   * `fetch_failed` (the fetcher threw, or its response is not ok), `bad_snapshot` (not rows),
   * `callback_failed`, `core_unavailable`. Polling goes on. Default: the console.
   */
  onError?: ((error: TidemarkError) => void) | undefined;
  /** For tests: where the time between polls comes from. Default: the machine's clock. */
  clock?: Clock | undefined;
}

/** How one entity is polled; what is not given is as the options of `createPollingFallback` say. */
export interface EntityPollingOptions extends PollingOptions {
  /** Where the data holds its array, `data` or `result.items`; default: it is the array. */
  path?: string | undefined;
  /** The member that identifies a row. Default `id`. */
  idField?: string | undefined;
}

/** What a fetcher is told about the request that it is to make. */
export interface FetcherRequest {
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** Of the last answer that was taken, when that was a `Response` with an `ETag`. */
  etag: string | undefined;
  /** The same as headers, `if-none-match` or none, so that a server may answer 304. */
  headers: Readonly<Record<string, string>>;
}

/**
 * Returns all rows: an array, JSON text or bytes, or a `Response`, which is read unparsed. One
 * with status 304 says that they are those of `etag`.
 */
export type Fetcher = (request: FetcherRequest) => unknown;

/** What `createPollingFallback` returns. */
export interface PollingFallback {
  /**
   * Polls an entity; replaces the polling of that entity that was there. Never has two
   * requests of one entity under way.
   *
   * @throws TidemarkError `bad_option` for an interval that is not positive
   */
  startPolling(entity: string, fetcher: Fetcher, options?: EntityPollingOptions): void;
  /** Stops one entity, or all. What is under way is aborted, and ignored should it arrive. */
  stopPolling(entity?: string): void;
  /** Ends it for good and frees the core. */
  dispose(): void;
}

interface Poller {
  entity: string;
  fetcher: Fetcher;
  options: Required<PollingOptions> & Pick<EntityPollingOptions, 'path' | 'idField'>;
  view: number | undefined;
  etag: string | undefined;
  /** Of the request under way. */
  request: AbortController | undefined;
  stopped: boolean;
}

const requestOf = (signal: AbortSignal, etag: string | undefined): FetcherRequest => ({
  signal,
  etag,
  headers: etag === undefined ? {} : { 'if-none-match': etag },
});

/** `body` is null when it is that of the last answer. */
interface Answer {
  body: string | Uint8Array | null;
  etag: string | undefined;
}

/** Of an HttpFailure, also one of the package's other form. */
function retryAfterOf(thrown: unknown): number {
  const { retryAfterMs } = (thrown ?? {}) as { retryAfterMs?: unknown };
  return typeof retryAfterMs === 'number' ? retryAfterMs : 0;
}

async function answerOf({ fetcher, etag }: Poller, signal: AbortSignal): Promise<Answer> {
  const data = await fetcher(requestOf(signal, etag));
  if (!isResponse(data)) return { body: await snapshotBody(data), etag: undefined };
  // Nobody asked for a 304 without an etag, and nobody has the rows that it speaks of.
  if (data.status === 304 && etag !== undefined) return { body: null, etag };
  return { body: await snapshotBody(data), etag: data.headers?.get('etag') ?? undefined };
}

/**
 * Finds out what changed by asking again and again, and comparing each answer with the one before.
 * Nothing is told of the first.
 *
 * @throws TidemarkError `bad_option` for an interval that is not positive, or a bad core source
 */
export function createPollingFallback(
  options: PollingFallbackOptions = {},
  internals: { loadEngine?: LoadEngine } = {},
): PollingFallback {
  checkIntervals({ interval: options.interval });
  const report = reporter(options.onError);
  const byEntity = new Map<string, Poller>();
  const byView = new Map<number, Poller>();
  let disposed = false;

  const driver = new Driver({
    config: { transports: [], deliverEvents: true },
    core: coreSource(options),
    links: null,
    clock: options.clock,
    loadEngine: internals.loadEngine,
    handlers: {
      fetch: ({ view }) => {
        const poller = byView.get(view);
        if (!poller) return;
        if (poller.request) poller.request.abort(new TidemarkError('fetch_failed', 'no answer'));
        else void poll(poller);
      },
      event: ({ event: { entity, action, data } }) => {
        callSafely(report, 'onUpdate', () => options.onUpdate?.(entity, action, data));
      },
      lost: () => {
        byView.clear();
        for (const poller of byEntity.values()) {
          const { request } = poller;
          // Its rows would be compared with nothing.
          Object.assign(poller, { view: undefined, etag: undefined, request: undefined });
          request?.abort();
        }
      },
      rebuilt: (engine, now) => {
        for (const poller of byEntity.values()) open(poller, engine, now);
      },
      error: report,
    },
  });

  function open(poller: Poller, engine: EngineLike, now: number): void {
    // After a core was lost it is opened with all others, and its own turn comes later.
    if (poller.stopped || poller.view !== undefined) return;
    const { entity, options } = poller;
    engine.defineEntity({ name: entity, idField: options.idField ?? 'id' });
    const view = engine.observe({ entity, path: options.path ?? '', live: false }, now);
    poller.view = view;
    byView.set(view, poller);
    engine.poll(view, options.interval, options.adaptive, now);
  }

  async function poll(poller: Poller): Promise<void> {
    const request = new AbortController();
    poller.request = request;
    let ticket: number | undefined;
    let asking: EngineLike | undefined;
    try {
      ticket = await driver.ask((engine, now) => {
        asking = engine;
        return poller.request === request && poller.view !== undefined
          ? engine.beginSnapshot(poller.view, now)
          : undefined;
      });
      if (ticket === undefined) return;
      const { body, etag } = await answerOf(poller, request.signal);
      // Stopped, or asked of a core that is gone.
      if (poller.request !== request) return;
      // Free before the core hears of it, because it may ask for the next poll right then.
      poller.request = undefined;
      const answered = ticket;
      ticket = undefined;
      if (poller.stopped) return;
      await driver.ask((engine, now) => {
        // Not the one any more that this is the answer to.
        if (engine !== asking) return;
        if (body === null) engine.confirmSnapshot(answered, now);
        else engine.endSnapshot(answered, body, now);
        // Only of what was taken: nobody has the rows of any other.
        poller.etag = etag;
      });
    } catch (thrown) {
      if (poller.request === request) poller.request = undefined;
      // The answer to a lost core, or what stopped it.
      else if (isAbort(thrown) || request.signal.aborted) return;
      if (poller.stopped) return;
      const failed = ticket;
      const retryAfterMs = retryAfterOf(thrown);
      if (failed !== undefined) {
        driver.run((engine, now) => engine.failSnapshot(failed, retryAfterMs, now));
      }
      report(asTidemarkError('fetch_failed', thrown));
    }
  }

  function stop(poller: Poller): void {
    poller.stopped = true;
    poller.request?.abort();
    byEntity.delete(poller.entity);
    if (poller.view !== undefined) byView.delete(poller.view);
    driver.run((engine, now) => {
      if (poller.view !== undefined) engine.release(poller.view, now);
      poller.view = undefined;
    });
  }

  return {
    startPolling(entity, fetcher, entityOptions = {}) {
      const interval = entityOptions.interval ?? options.interval ?? 10_000;
      const adaptive = entityOptions.adaptive ?? options.adaptive ?? true;
      checkIntervals({ interval });
      if (disposed) return;
      const earlier = byEntity.get(entity);
      if (earlier) stop(earlier);
      const poller: Poller = {
        entity,
        fetcher,
        options: { ...entityOptions, interval, adaptive },
        view: undefined,
        etag: undefined,
        request: undefined,
        stopped: false,
      };
      byEntity.set(entity, poller);
      driver.run((engine, now) => open(poller, engine, now));
    },
    stopPolling(entity) {
      for (const poller of [...byEntity.values()]) {
        if (entity === undefined || poller.entity === entity) stop(poller);
      }
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      for (const poller of byEntity.values()) {
        poller.stopped = true;
        poller.request?.abort();
      }
      byEntity.clear();
      byView.clear();
      driver.dispose();
    },
  };
}
