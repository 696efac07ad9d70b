import type { Query } from '@tanstack/react-query';
import type { Continuity, Effect, RowId } from '../core/effects.ts';
import type { TidemarkError } from '../core/errors.ts';
import type { EntityDefinition } from '../entities/definitions.ts';
import type { BindingHost } from './binding-host.ts';
import {
  filterOfRow,
  isDerived,
  isSameList,
  isSameSpec,
  type QueryBindingSpec,
  shapeFor,
  viewOf,
} from './binding-spec.ts';
import { asTidemarkError, isAbort } from './callbacks.ts';
import { DetailEnvelope } from './detail-envelope.ts';
import type { EngineLike } from './driver-options.ts';
import { isListKey } from './entity-keys.ts';
import type { InspectedQuery } from './inspection.ts';
import { checkFilter } from './query-check.ts';
import { namedError, noRowsError } from './query-errors.ts';
import { QuerySubscriptions } from './query-subscriptions.ts';
import { isSameState, type RealtimeState } from './realtime-state.ts';
import { Refetches } from './refetches.ts';
import type { RowShape } from './row-envelope.ts';
import { snapshotText } from './snapshot-body.ts';
import { ViewRequests } from './view-requests.ts';

/**
 * Ties one query of the cache to one view of the core. Data that is not rows (a total, or rows
 * that the core refuses) makes it `plain`: it keeps its subscriptions, and events lead to a
 * refetch as for any query that is not bound. Data that is derived is plain from the start.
 */
export class QueryBinding {
  readonly hash: string;
  readonly entities: readonly EntityDefinition[];
  /** How many observe it; counted by the integration. */
  users = 0;
  lingering: ReturnType<typeof setTimeout> | undefined;
  readonly #host: BindingHost;
  readonly #spec: QueryBindingSpec;
  readonly #shape: RowShape;
  /** Null for data that is not one row. */
  readonly #detail: DetailEnvelope | null;
  readonly #requests: ViewRequests;
  readonly #refetches = new Refetches(() => this.#query);
  #view: number | undefined;
  readonly #subs = new QuerySubscriptions();
  #plain: boolean;
  /** Whether it is asked for in intervals, its data being plain. */
  #polls = false;
  /** Whether its data is not what the view shows, which has no row or had no answer. */
  #missing = false;
  #closed = false;
  /** Whether its rows were ever asked for; the core leaves the first time to the query. */
  #asked = false;
  /** Whether its stream ever began; when one begins anew, the one before was lost. */
  #streamed = false;
  #latest: unknown;
  #continuity: Continuity = 'offline';
  #lastEventAt: number | null = null;
  #state: RealtimeState | undefined;

  constructor(
    host: BindingHost,
    hash: string,
    entities: readonly EntityDefinition[],
    spec: QueryBindingSpec,
  ) {
    checkFilter(spec.filter, 'filter');
    this.hash = hash;
    this.entities = entities;
    this.#host = host;
    this.#spec = spec;
    this.#plain = isDerived(spec);
    this.#shape = shapeFor(spec, this.#entity);
    this.#detail = this.#shape instanceof DetailEnvelope ? this.#shape : null;
    this.#requests = new ViewRequests(host.driver, () => this.#view);
    host.driver.run((engine, now) => {
      // Already, with all others: the core before was lost.
      if (this.#view !== undefined || this.#subs.isOpen) return;
      this.#openIn(engine, now);
      // A change between its request and the subscription is in neither.
      if (this.#plain && host.link.status === 'connected') host.readAgain(this, 'later');
    });
  }

  get isPlain(): boolean {
    return this.#plain;
  }

  /** Whether events change its data by themselves. */
  get isInStep(): boolean {
    return !this.#plain && !this.#missing;
  }

  /** The row that it shows; undefined for data that is not one row. */
  get rowId(): RowId | undefined {
    return this.#detail?.shownId;
  }

  /** Whether it is read again for the events of a subscription. */
  listensTo(sub: number): boolean {
    return this.#subs.has(sub);
  }

  /** Whether a value is the rows, or the row, as they were given out last. */
  holds(value: unknown): boolean {
    return this.#shape.holds(value);
  }

  /** The newest data given out; undefined before the first rows. */
  get latest(): unknown {
    return this.#latest;
  }

  /** The same object until something in it changes. */
  get state(): RealtimeState {
    this.#state ??= this.#computeState();
    return this.#state;
  }

  /** For people who look. */
  get inspected(): Omit<InspectedQuery, 'rows'> {
    return {
      queryHash: this.hash,
      entities: this.entities.map(({ name }) => name),
      filter: this.#filter,
      users: this.users,
      isInStep: this.isInStep,
      view: this.#view ?? null,
      realtime: this.state,
    };
  }

  matches(other: QueryBindingSpec, entities: readonly EntityDefinition[]): boolean {
    return isSameSpec(this.#spec, other) && isSameList(this.entities, entities);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.lingering);
    this.#refetches.close();
    this.#host.driver.run((engine, now) => {
      this.#leave(engine, now);
      this.#subs.close(engine, now);
    });
  }

  /** The core is gone, and all that it had numbers for. */
  lost(): void {
    this.#view = undefined;
    this.#subs.lost();
    this.#polls = this.#streamed = false;
    if (!this.#plain) this.setContinuity('suspect', this.#lastEventAt);
  }

  /** In the core that takes its place; its rows are read again. */
  reopen(engine: EngineLike, now: number): void {
    this.#openIn(engine, now);
    // The answer to a request under way was for the one that is gone.
    this.#refetches.wantLater();
  }

  /**
   * Runs the user's query function and returns what the query shall hold: its data with the
   * core's rows in it. Without a core, and for data that is not rows, the data itself.
   *
   * Rejects with what `queryFn` throws.
   */
  async fetch<T>(queryFn: () => T | Promise<T>): Promise<T> {
    this.#asked = true;
    this.#refetches.begin();
    try {
      return await this.#read(queryFn);
    } finally {
      this.#refetches.end();
    }
  }

  async #read<T>(queryFn: () => T | Promise<T>): Promise<T> {
    const ticket = this.#requests.begin();
    // A core elsewhere has to know of the request before it leaves: what it hears later is newer.
    const settling = this.#host.driver.settled();
    if (settling) await settling;
    let data: T;
    try {
      data = await queryFn();
    } catch (thrown) {
      this.#requests.fail(ticket);
      // A row that is not there: its event has to lead to another request.
      if (this.#detail && this.#latest === undefined) this.#missing = true;
      throw thrown;
    }
    if (this.#plain) this.#requests.end(ticket, '[]', () => {});
    if (this.#plain || this.#closed) return data;
    if (data === undefined) {
      this.#requests.fail(ticket);
      return data;
    }
    const refuse = (thrown: unknown) => this.#refuse(asTidemarkError('bad_snapshot', thrown));
    try {
      const rows = this.#shape.open(data);
      if (rows) this.#requests.end(ticket, snapshotText(rows), refuse);
      else this.#becomePlain();
      if (!rows && isListKey(this.#spec.queryKey, this.#entity))
        this.#host.report(noRowsError(this.hash, this.#entity.name));
    } catch (thrown) {
      refuse(thrown);
    }
    // While the core is loading the page does not wait for it: it shows the data as it came.
    const { driver } = this.#host;
    const flushing = driver.flush();
    if (flushing) await flushing;
    if (this.#plain || this.#view === undefined) return data;
    const shown = driver.engine?.rows(this.#view);
    return shown ? ((this.#issue(shown) ?? data) as T) : data;
  }

  /** What the core, which runs elsewhere, says of its view, or of rows that were handed in. */
  refused(what: 'view' | 'rows', error: TidemarkError): void {
    if (this.#view !== undefined && what === 'view') {
      this.#host.views.delete(this.#view);
      this.#view = undefined;
      this.#plain = true;
      this.#host.report(namedError(this.hash, error));
    } else this.#refuse(error);
  }

  /** Somebody looks at it now. */
  observed(): void {
    this.#refetches.observed();
  }

  /** The core wants the rows read again. Returns whether something was missed. */
  refetch(reason: Extract<Effect, { op: 'fetch' }>['reason']): boolean {
    const missed = reason === 'gap' || (reason === 'subscribed' && this.#streamed);
    if (reason === 'subscribed') this.#streamed = true;
    // A poll is answered by the request under way; what was missed may not be in it.
    if (reason === 'poll') this.#refetches.wantAny();
    else this.#refetches.want();
    return missed;
  }

  /** Puts changed rows into the cache, unless its query is still waiting for its first data. */
  show(rows: readonly unknown[]): void {
    if (this.#plain) return;
    const { queryClient } = this.#host;
    const data = this.#issue(rows);
    const held = this.#query?.state.data;
    if (this.#missing) this.#host.readAgain(this, 'now');
    else if (this.#shape.doubtful) this.#host.readAgain(this, 'later');
    if (data === undefined || held === undefined || held === data) return;
    queryClient.setQueryData(this.#spec.queryKey, data);
  }

  setContinuity(continuity: Continuity, lastEventAt: number | null): void {
    this.#continuity = continuity;
    this.#lastEventAt = lastEventAt;
    // Data that was cached before, and that TanStack Query takes for fresh, is not the view's.
    // Later, because the query may be about to fetch on its own.
    if (continuity === 'catching-up' && !this.#asked) {
      setTimeout(() => {
        if (!this.#asked) this.#refetches.now();
      }, 0);
    }
    this.updateState();
  }

  /** The link is another, or in another state. */
  linkChanged(): void {
    this.#host.driver.run((engine, now) => this.#pollPlain(engine, now));
    this.updateState();
  }

  /** Something that `state` is made of may have changed. */
  updateState(): void {
    const before = this.#state;
    const after = this.#computeState();
    if (before && isSameState(before, after)) return;
    this.#state = after;
    this.#host.changed(this);
  }

  get #query(): Query | undefined {
    return this.#host.queryClient.getQueryCache().get(this.hash);
  }

  /** The one whose rows it shows. */
  get #entity(): EntityDefinition {
    return this.entities[0] as EntityDefinition;
  }

  get #filter(): string {
    const { filter = '' } = this.#spec;
    return this.#detail ? filterOfRow(filter, this.#entity, this.#detail.shownId) : filter;
  }

  #openIn(engine: EngineLike, now: number): void {
    if (this.#plain) {
      this.#openEmpty(engine, now);
      this.#subscribe(engine, now);
    } else this.#open(engine, now);
  }

  #open(engine: EngineLike, now: number): void {
    if (this.#closed) return;
    try {
      this.#view = engine.observe(viewOf(this.#spec, this.#entity, this.#filter), now);
      this.#host.views.set(this.#view, this);
    } catch (thrown) {
      if (isAbort(thrown)) throw thrown;
      this.#plain = true;
      this.#host.report(namedError(this.hash, asTidemarkError('core_failed', thrown)));
    }
  }

  /**
   * A view that no row is in, for data that the core does not hold: while there is no link, the
   * core says by it when to ask again.
   */
  #openEmpty(engine: EngineLike, now: number): void {
    if (this.#closed) return;
    const filter = `${this.#entity.idField}=in.()`;
    this.#view = engine.observe({ entity: this.#entity.name, filter, path: '', live: false }, now);
    this.#host.views.set(this.#view, this);
    this.#pollPlain(engine, now);
  }

  #pollPlain(engine: EngineLike, now: number): void {
    if (!this.#plain || this.#view === undefined) return;
    const { link, pollingInterval } = this.#host;
    const goesOn = this.#polls && link.status === 'reconnecting' && !link.transport; // They fail.
    const polls = link.transport === 'polling' || goesOn;
    if (polls !== this.#polls) engine.poll(this.#view, polls ? pollingInterval : 0, false, now);
    this.#polls = polls;
  }

  #subscribe(engine: EngineLike, now: number): void {
    if (this.#closed) return;
    const wanted = { entities: this.entities.map(({ name }) => name), filter: this.#filter };
    this.#subs.open(engine, wanted, now, (thrown) => {
      this.#host.report(namedError(this.hash, asTidemarkError('core_failed', thrown)));
    });
  }

  #leave(engine: EngineLike, now: number): void {
    const view = this.#view;
    if (view === undefined) return;
    this.#view = undefined;
    this.#host.views.delete(view);
    engine.release(view, now);
  }

  /** Says once what is wrong with the data, and leaves the query as it would be without us. */
  #refuse(error: TidemarkError): void {
    if (this.#plain) return;
    this.#host.report(namedError(this.hash, error));
    this.#becomePlain();
  }

  #becomePlain(): void {
    this.#plain = true;
    this.#host.driver.run((engine, now) => {
      if (this.#closed) return;
      // Subscribed before the view goes: they share the subscription, which so never ends.
      this.#subscribe(engine, now);
      this.#leave(engine, now);
      this.#openEmpty(engine, now);
    });
    this.updateState();
  }

  /** Undefined when the rows cannot be said in the form of the data. */
  #issue(rows: readonly unknown[]): unknown {
    const data = this.#shape.dress(rows);
    this.#missing = data === undefined;
    if (data === undefined) return undefined;
    this.#latest = data;
    this.#host.issued.set(data as object, this);
    return data;
  }

  #computeState(): RealtimeState {
    const { status, transport } = this.#host.link;
    const continuity = this.#plain ? this.#plainContinuity() : this.#continuity;
    const source = continuity === 'offline' ? null : transport;
    return { status, transport, source, continuity, lastEventAt: this.#lastEventAt };
  }

  /** Events lead to refetches; without a link it is as fresh as the last of its polls. */
  #plainContinuity(): Continuity {
    if (this.#host.link.status === 'connected') return 'live';
    return this.#polls ? this.#continuity : 'offline';
  }
}
