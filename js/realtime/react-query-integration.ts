import { notifyManager, type QueryClient, replaceEqualDeep } from '@tanstack/react-query';
import type { ViewChange } from '../core/change-batch.ts';
import type {
  ConnectionQuality,
  Effect,
  RealtimeEvent,
  Status,
  Transport,
} from '../core/effects.ts';
import type { EngineStats } from '../core/engine.ts';
import { TidemarkError } from '../core/errors.ts';
import type { RecorderHandle, RecordOptions } from '../core/recording.ts';
import type { TraceReport } from '../core/trace.ts';
import {
  defaultEntities,
  type EntityDefinition,
  findEntity,
  shapeOf,
} from '../entities/definitions.ts';
import { attach, detach } from './attachment.ts';
import type { BindingHost } from './binding-host.ts';
import type { QueryBindingSpec } from './binding-spec.ts';
import { callSafely, reporter } from './callbacks.ts';
import { Connection } from './connection.ts';
import type { Driver } from './driver.ts';
import type { EngineLike, LoadEngine } from './driver-options.ts';
import type { Edit } from './edit.ts';
import { Edits } from './edits.ts';
import { readEnvironment } from './environment.ts';
import { FlushQueue } from './flush-queue.ts';
import { type Inspection, inspectionOf } from './inspection.ts';
import type { BindingHandle, RealtimeIntegration, Sharing } from './integration.ts';
import type { RealtimeIntegrationOptions } from './integration-options.ts';
import { linkTransports } from './link-options.ts';
import { IDLE, type LinkState } from './link-state.ts';
import { linkTarget } from './link-target.ts';
import { checkFlushTiming, checkIntervals, editDatabase } from './options.ts';
import { hasPage } from './page-signals.ts';
import { QueryBinding } from './query-binding.ts';
import { type RealtimeState, unboundState } from './realtime-state.ts';
import { UnboundQueries } from './unbound-queries.ts';

const LINGER_MS = 1000;
const POLLING_INTERVAL_MS = 10_000;

class Integration implements RealtimeIntegration, BindingHost {
  readonly queryClient: QueryClient;
  readonly driver: Driver;
  readonly report: (error: TidemarkError) => void;
  readonly pollingInterval: number;
  readonly views = new Map<number, QueryBinding>();
  readonly issued = new WeakMap<object, QueryBinding>();
  readonly #entities: readonly EntityDefinition[];
  /** On a server that renders, to whom it says nothing. */
  readonly #isStill: boolean;
  readonly #canConnect: boolean;
  readonly #connection: Connection;
  readonly #unbound: UnboundQueries;
  readonly #edits: Edits;
  readonly #shown: FlushQueue;
  readonly #bindings = new Map<string, QueryBinding>();
  readonly #watchers = new Map<string, Set<() => void>>();
  /** Of how many events it is noted what becomes of them, in each core. */
  #traced = 0;
  #unboundState = unboundState(IDLE);
  #connectedBefore = false;
  #disposed = false;

  constructor(
    queryClient: QueryClient,
    options: RealtimeIntegrationOptions,
    loadEngine: LoadEngine | undefined,
  ) {
    const environment = readEnvironment();
    const pollingInterval = options.pollingInterval ?? environment.pollingInterval;
    checkIntervals({ pollingInterval, derivedInterval: options.derivedInterval });
    this.#shown = new FlushQueue(options.flushBudget);
    const database = editDatabase(options.persistEdits);
    this.#isStill = !hasPage() && !(options.server ?? options.WebSocket !== undefined);
    // Where there is no page, an address that is relative to it says nothing.
    const isLater = this.#isStill && options.websocketUrl?.startsWith('/');
    const address = isLater ? undefined : options.websocketUrl;
    const target = linkTarget('websocketUrl', address, options, environment);
    if (options.enableWebSocket && !target && !isLater) {
      throw new TidemarkError('bad_option', 'enableWebSocket needs a websocketUrl or supabase');
    }
    const withLink = target && (options.enableWebSocket ?? environment.enableWebSocket ?? true);
    const withPolling = options.enablePollingFallback ?? environment.enablePollingFallback ?? true;

    this.queryClient = queryClient;
    this.pollingInterval = pollingInterval ?? POLLING_INTERVAL_MS;
    this.report = reporter(options.onError);
    this.#entities = options.entities ?? defaultEntities;
    this.#canConnect = (withLink || withPolling) && !this.#isStill;
    this.#unbound = new UnboundQueries(
      queryClient,
      (hash) => this.#bindings.get(hash),
      options.derivedInterval,
    );
    this.#connection = new Connection({
      target,
      options,
      report: this.report,
      config: {
        transports: [
          ...(withLink ? linkTransports(options) : []),
          ...(withPolling ? (['polling'] as const) : []),
        ],
        pollingInterval,
        ...(database === undefined ? {} : { keepEdits: true }),
      },
      loadEngine,
      flush: checkFlushTiming(options.flush),
      wholeEvents: options.onEvent !== undefined,
      onGone: () => this.#coreGone(),
      onLink: (link, before) => this.#linkChanged(link, before),
      prepare: (engine) => {
        for (const entity of this.#entities) engine.defineEntity(shapeOf(entity));
        if (this.#traced > 0) engine.trace?.(this.#traced);
        void this.#edits.restore();
      },
      handlers: {
        continuity: ({ view, continuity, lastEventAt }) =>
          this.views.get(view)?.setContinuity(continuity, lastEventAt),
        fetch: (effect) => this.#fetchWanted(effect),
        resync: ({ sub }) => this.#streamLost(sub),
        event: ({ repeated, event }) => {
          if (repeated) return;
          callSafely(this.report, 'onEvent', () => options.onEvent?.(event));
          this.#touch(event);
        },
        edit: (effect) => this.#edits.perform(effect),
        refused: (effect) => this.#refused(effect),
        flushed: (changes, mayRest) => this.#flushed(changes, mayRest),
        lost: () => this.#coreLost(),
        rebuilt: (engine, now) => this.#coreRebuilt(engine, now),
      },
    });
    this.driver = this.#connection.driver;
    this.#edits = new Edits(this.driver, this.report, {
      database,
      entity: (name) => this.entity(name),
      changed: (entity, id) => this.#unbound.touch(entity, id),
      onConflict: options.onConflict,
      onRename: options.onRename,
    });
    attach(queryClient, this);
  }

  get link(): LinkState {
    return this.#connection.link;
  }
  get status(): Status {
    return this.link.status;
  }
  get transport(): Transport | null {
    return this.link.transport;
  }
  get quality(): ConnectionQuality {
    return this.link.quality;
  }

  start(): void {
    if (this.#canConnect) this.#connection.connect();
  }

  stop(): void {
    this.#connection.disconnect();
  }

  stats(): EngineStats | null {
    return this.#connection.stats();
  }

  inspect(): Inspection {
    return inspectionOf(this.#connection, this.#bindings.values());
  }

  trace(entries: number): void {
    this.#traced = entries;
    this.#connection.look((engine) => engine.trace?.(entries) ?? null);
  }

  traced(revision = 0): TraceReport | null {
    return this.#connection.look((engine) => engine.traced?.(revision) ?? null);
  }

  record(options?: RecordOptions): RecorderHandle {
    return this.#connection.record(options);
  }

  subscribeStatus(listener: (state: LinkState) => void): () => void {
    return this.#connection.state.subscribe((state) => listener(state));
  }

  edit(edit: Edit): Promise<unknown> {
    return this.#edits.make(edit);
  }

  observe(spec: QueryBindingSpec): BindingHandle {
    if (this.#isStill) return { release: () => {} };
    const binding = this.#acquire(spec);
    binding.observed();
    let released = false;
    return {
      release: () => {
        if (!released) this.#release(binding);
        released = true;
      },
    };
  }

  async fetch<T>(spec: QueryBindingSpec, queryFn: () => T | Promise<T>): Promise<T> {
    if (this.#disposed || this.#isStill) return queryFn();
    const binding = this.#acquire(spec);
    try {
      return await binding.fetch(queryFn);
    } finally {
      this.#release(binding);
    }
  }

  share(queryHash: string, before: unknown, after: unknown, sharing: Sharing): unknown {
    const owner = typeof after === 'object' && after !== null ? this.issued.get(after) : undefined;
    if (owner?.hash === queryHash) return owner.latest;
    // What `select` takes out of the data: the core's own objects need no comparing either.
    if (this.#bindings.get(queryHash)?.holds(after)) return after;
    if (typeof sharing === 'function') return sharing(before, after);
    return sharing === false ? after : replaceEqualDeep(before, after);
  }

  realtime(queryHash: string): RealtimeState {
    return this.#bindings.get(queryHash)?.state ?? this.#unboundState;
  }

  watch(queryHash: string, listener: () => void): () => void {
    const watchers = this.#watchers.get(queryHash) ?? new Set();
    this.#watchers.set(queryHash, watchers.add(listener));
    return () => {
      watchers.delete(listener);
      if (watchers.size === 0 && this.#watchers.get(queryHash) === watchers) {
        this.#watchers.delete(queryHash);
      }
    };
  }

  entity(nameOrTable: string): EntityDefinition {
    return findEntity(this.#entities, nameOrTable);
  }

  changed(binding: QueryBinding): void {
    this.#tell(binding.hash);
  }

  readAgain(binding: QueryBinding, when: 'now' | 'later'): void {
    this.#unbound.readAgain(binding.hash, when);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    detach(this.queryClient, this);
    for (const binding of this.#bindings.values()) binding.close();
    this.#bindings.clear();
    this.#edits.close();
    this.#unbound.dispose();
    this.#connection.dispose();
  }

  #linkChanged(link: LinkState, before: LinkState): void {
    const { status, transport } = link;
    if (status === before.status && transport === before.transport) return;
    this.#unboundState = unboundState(link);
    for (const binding of this.#bindings.values()) binding.linkChanged();
    for (const hash of this.#watchers.keys()) {
      if (!this.#bindings.has(hash)) this.#tell(hash);
    }
    if (status === before.status || status !== 'connected') return;
    // A page may have gone meanwhile, and left edits.
    void this.#edits.restore();
    // Views know what they missed; queries without one have to ask.
    if (this.#connectedBefore) this.#unbound.touchAll(this.#entities);
    for (const binding of this.#bindings.values()) {
      if (binding.isPlain) this.readAgain(binding, 'later');
    }
    this.#connectedBefore = true;
  }

  #fetchWanted({ view, reason }: Extract<Effect, { op: 'fetch' }>): void {
    const binding = this.views.get(view);
    // What the view missed, the queries without one have missed too.
    if (binding?.refetch(reason)) this.#unbound.touchAll(binding.entities);
  }

  #refused({ what, number, code, message }: Extract<Effect, { op: 'refused' }>): void {
    const error = new TidemarkError(code, message);
    if (what === 'edit') this.#edits.refused(number, error);
    else if (what === 'sub') this.report(error);
    else this.views.get(number)?.refused(what, error);
  }

  /** What is shown stays until it is read again; edits are made anew, and not sent again. */
  #coreLost(): void {
    this.views.clear();
    this.#shown.clear();
    for (const binding of this.#bindings.values()) binding.lost();
    this.#edits.lost();
  }

  #coreRebuilt(engine: EngineLike, now: number): void {
    for (const binding of this.#bindings.values()) binding.reopen(engine, now);
    this.#edits.remake(engine, now);
    this.#unbound.touchAll(this.#entities);
  }

  #coreGone(): void {
    for (const binding of this.#bindings.values()) binding.setContinuity('offline', null);
    this.#edits.abandon();
  }

  #streamLost(sub: number): void {
    for (const binding of this.#bindings.values()) {
      if (binding.listensTo(sub)) this.readAgain(binding, 'later');
    }
  }

  #tell(queryHash: string): void {
    for (const listener of [...(this.#watchers.get(queryHash) ?? [])]) {
      callSafely(this.report, 'a listener', listener);
    }
  }

  #touch({ entity: name, data }: RealtimeEvent): void {
    const entity = this.#entities.find((known) => known.name === name);
    if (!entity) return;
    this.#unbound.touch(entity, (data as Record<string, unknown> | null)?.[entity.idField]);
  }

  #flushed(changes: readonly ViewChange[], mayRest: boolean): boolean {
    this.#shown.add(changes);
    return notifyManager.batch(() => {
      const rests = this.#shown.show(
        mayRest,
        (view) => (this.views.get(view)?.users ?? 0) > 0,
        (view, rows) => this.views.get(view)?.show(rows),
      );
      this.#unbound.refresh();
      return rests;
    });
  }

  #acquire(spec: QueryBindingSpec): QueryBinding {
    const names = typeof spec.entity === 'string' ? [spec.entity] : spec.entity;
    const entities = names.map((name) => this.entity(name));
    const hash = this.queryClient.defaultQueryOptions({ queryKey: spec.queryKey }).queryHash;
    let binding = this.#bindings.get(hash);
    if (binding && !binding.matches(spec, entities)) {
      if (binding.users > 0) {
        const message = `query ${hash} is observed with two different entities, filters, orders or paths; the later one counts`;
        this.report(new TidemarkError('conflicting_query', message));
      }
      binding.close();
      binding = undefined;
    }
    if (!binding) {
      binding = new QueryBinding(this, hash, entities, spec);
      this.#bindings.set(hash, binding);
    }
    clearTimeout(binding.lingering);
    binding.users++;
    return binding;
  }

  #release(binding: QueryBinding): void {
    binding.users--;
    if (binding.users > 0) return;
    binding.lingering = setTimeout(() => {
      binding.close();
      if (this.#bindings.get(binding.hash) === binding) this.#bindings.delete(binding.hash);
    }, LINGER_MS);
  }
}

/**
 * Keeps a query client's cache in step with a server: events change exactly the queries that
 * show the rows concerned. `useRealtimeQuery` finds it by the query client. Nothing is
 * loaded or opened before `start` or the first observed query.
 *
 * @throws TidemarkError `bad_option` for a bad URL, interval or count, also in the environment
 */
export function createRealtimeIntegration(
  queryClient: QueryClient,
  options: RealtimeIntegrationOptions = {},
  internals: { loadEngine?: LoadEngine } = {},
): RealtimeIntegration {
  return new Integration(queryClient, options, internals.loadEngine);
}
