import type { ViewChange } from '../../../js/core/change-batch.ts';
import type { Effect } from '../../../js/core/effects.ts';
import type { EngineConfig, EngineStats } from '../../../js/core/engine.ts';
import type { CoreInspection } from '../../../js/core/inspection.ts';
import type { TraceReport } from '../../../js/core/trace.ts';
import type { EngineLike } from '../../../js/realtime/driver-options.ts';

/** An engine that decides nothing: it notes what it is told and asks for what a test puts in. */
export class FakeEngine implements EngineLike {
  readonly calls: unknown[][] = [];
  readonly effects: Effect[] = [];
  changes: ViewChange[] = [];
  flushes = 0;
  deadline: number | null = null;
  disposed = false;
  config: EngineConfig | undefined;
  /** Called at each input, with its name. */
  onCall: (name: string, ...rest: unknown[]) => void = () => {};
  #next = 1;

  load = async (config: EngineConfig): Promise<EngineLike> => {
    this.config = config;
    return this;
  };

  /** The calls of one method, without their clock readings. */
  of(name: string): unknown[][] {
    return this.calls.filter(([called]) => called === name).map(([, ...rest]) => rest);
  }

  #note(name: string, ...rest: unknown[]): void {
    this.calls.push([name, ...rest]);
    this.onCall(name, ...rest);
  }

  dispose(): void {
    this.disposed = true;
  }
  defineEntity(shape: unknown): void {
    this.#note('defineEntity', shape);
  }
  connect(): void {
    this.#note('connect');
  }
  disconnect(): void {
    this.#note('disconnect');
  }
  linkOpened(link: number): void {
    this.#note('linkOpened', link);
  }
  linkClosed(link: number, code: number, retryAfterMs: number): void {
    this.#note('linkClosed', link, code, retryAfterMs);
  }
  token(link: number, token: string): void {
    this.#note('token', link, token);
  }
  tokenFailed(link: number): void {
    this.#note('tokenFailed', link);
  }
  pause(reason: string, on: boolean): void {
    this.#note('pause', reason, on);
  }
  stream(link: number, bytes: Uint8Array): void {
    this.#note('stream', link, bytes);
  }
  relay(text: string): void {
    this.#note('relay', text);
  }
  wake(): void {
    this.#note('wake');
  }
  tick(): void {
    this.#note('tick');
  }
  frame(link: number, data: string | Uint8Array): void {
    this.#note('frame', link, data);
  }
  send(text: string): boolean {
    this.#note('send', text);
    return true;
  }
  subscribe(entity: string, filter: string): number {
    this.#note('subscribe', entity, filter);
    return this.#next++;
  }
  unsubscribe(sub: number): void {
    this.#note('unsubscribe', sub);
  }
  observe(spec: unknown): number {
    this.#note('observe', spec);
    return this.#next++;
  }
  release(view: number): void {
    this.#note('release', view);
  }
  poll(view: number, intervalMs: number, adaptive: boolean): void {
    this.#note('poll', view, intervalMs, adaptive);
  }
  beginSnapshot(view: number): number {
    this.#note('beginSnapshot', view);
    return this.#next++;
  }
  endSnapshot(ticket: number, body: string | Uint8Array): void {
    this.#note('endSnapshot', ticket, body);
  }
  confirmSnapshot(ticket: number): void {
    this.#note('confirmSnapshot', ticket);
  }
  failSnapshot(ticket: number, retryAfterMs: number): void {
    this.#note('failSnapshot', ticket, retryAfterMs);
  }
  mutate(mutation: unknown): number {
    this.#note('mutate', mutation);
    return this.#next++;
  }
  restore(saved: string): number {
    this.#note('restore', saved);
    return this.#next++;
  }
  settle(mutation: number, row: string): void {
    this.#note('settle', mutation, row);
  }
  fail(mutation: number, network: boolean): boolean {
    this.#note('fail', mutation, network);
    return false;
  }
  resolve(mutation: number, field: string, theirs: unknown, value: unknown): void {
    this.#note('resolve', mutation, field, theirs, value);
  }
  takeEffects(): Effect[] {
    return this.effects.splice(0);
  }
  flush(): ViewChange[] {
    this.flushes++;
    return this.changes.splice(0);
  }
  readonly aborted = undefined;
  rows(): readonly unknown[] | undefined {
    return undefined;
  }
  readonly memoryBytes = 0;
  trace(entries: number): void {
    this.#note('trace', entries);
  }
  traced(): TraceReport | null {
    return null;
  }
  inspect(): CoreInspection {
    return { cause: 'asked', lostCode: 1000, subscriptions: [], views: [], edits: [] };
  }
  stats(): EngineStats {
    return {
      framesReceived: 0,
      framesRejected: 0,
      eventsApplied: 0,
      duplicates: 0,
      stale: 0,
      gaps: 0,
      resets: 0,
      snapshots: 0,
      reconnects: 0,
      rows: 0,
      slots: 0,
      tombstones: 0,
      unflushed: 0,
      storeBytes: 0,
      pending: 0,
      views: 0,
      subscriptions: 0,
      relayed: 0,
      grade: 'offline',
      rttMs: null,
      jitterMs: 0,
      missedHeartbeats: 0,
      lastEventAt: null,
      rejected: {},
    };
  }
}
