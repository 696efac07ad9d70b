import { Materialiser, type ViewChange } from '../core/change-batch.ts';
import type { Effect } from '../core/effects.ts';
import type {
  EngineStats,
  EntityShape,
  Mutation,
  PauseReason,
  ViewSpec,
} from '../core/engine-types.ts';
import { TidemarkError } from '../core/errors.ts';
import type { CoreInspection } from '../core/inspection.ts';
import type { TraceReport } from '../core/trace.ts';
import type { EngineLike } from '../realtime/driver-options.ts';
import type { HostMessage, Input, Packet, PageWire } from './protocol.ts';
import { RemoteLook } from './remote-look.ts';

const encoder = new TextEncoder();

/** As the core would read it; a message says other things, and refuses some. */
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** No number is given twice, so what is late for a core that is gone means nothing to the next. */
let lastNumber = 0;

/**
 * An engine that runs in a worker, as its page sees it. Inputs are told at the end of the turn;
 * nothing is refused at once, and the effect `refused` says so later. The objects are made here, of
 * the batches that come.
 */
export class RemoteEngine implements EngineLike {
  readonly #wire: PageWire;
  readonly #materialiser = new Materialiser();
  #inputs: Input[] = [];
  #transfer: Transferable[] = [];
  #listener: () => void = () => {};
  #effects: Effect[] = [];
  #batches: ArrayBuffer[] = [];
  readonly #look: RemoteLook;
  #aborted: TidemarkError | undefined;
  #disposed = false;
  #canSend = false;
  /** The core's number by the page's, of all that are open, and the other way round. */
  readonly #coreViews = new Map<number, number | undefined>();
  readonly #ownViews = new Map<number, number>();
  /** What waits for an answer, by the number of its `settle-up`, or of its edit. */
  readonly #settling = new Map<number, () => void>();
  readonly #failing = new Map<number, (kept: boolean) => void>();

  /** On a wire whose host has said `ready`. */
  constructor(wire: PageWire, stats: EngineStats) {
    this.#wire = wire;
    this.#look = new RemoteLook(stats, (input) => this.#tell(input));
  }

  hear(message: HostMessage): void {
    if (this.#disposed || this.#aborted) return;
    if (message.op === 'packet') this.#take(message);
    else if (message.op === 'lost') this.lose(new TidemarkError(message.code, message.message));
  }

  /** It does nothing any more, and what waits for it is not kept waiting. */
  lose(error: TidemarkError): void {
    if (this.#disposed || this.#aborted) return;
    this.#aborted = error;
    this.#release();
    this.#listener();
  }

  listen(listener: () => void): void {
    this.#listener = listener;
    if (this.#aborted || this.#effects.length > 0 || this.#batches.length > 0) listener();
  }

  settled(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#disposed || this.#aborted) return resolve();
      const at = ++lastNumber;
      this.#settling.set(at, resolve);
      this.#tell({ op: 'settle-up', at });
    });
  }

  get aborted(): TidemarkError | undefined {
    return this.#aborted;
  }

  get deadline(): null {
    return null;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#release();
    this.#wire.send({ op: 'close' });
    this.#wire.close();
  }

  defineEntity(shape: EntityShape): void {
    this.#tell({ op: 'defineEntity', shape });
  }
  connect(): void {
    this.#tell({ op: 'connect' });
  }
  disconnect(): void {
    this.#tell({ op: 'disconnect' });
    // Whatever the link does, this page has none from now on.
    this.#effects.push({ op: 'status', status: 'disconnected', transport: null, attempt: 0 });
    this.#canSend = false;
  }
  pause(reason: PauseReason, on: boolean): void {
    this.#tell({ op: 'pause', reason, on });
    // A page that is about to stop may not get to the end of its turn.
    this.#post();
  }
  wake(): void {
    this.#tell({ op: 'wake' });
  }
  relay(text: string): void {
    this.#tell({ op: 'relay', text });
  }
  send(text: string): boolean {
    if (this.#canSend) this.#tell({ op: 'send', text });
    return this.#canSend;
  }

  subscribe(entity: string, filter: string): number {
    const sub = ++lastNumber;
    this.#tell({ op: 'subscribe', sub, entity, filter });
    return sub;
  }
  unsubscribe(sub: number): void {
    this.#tell({ op: 'unsubscribe', sub });
  }

  observe(spec: ViewSpec): number {
    const view = ++lastNumber;
    this.#coreViews.set(view, undefined);
    this.#tell({ op: 'observe', view, spec });
    return view;
  }
  release(view: number): void {
    this.#tell({ op: 'release', view });
    const core = this.#coreViews.get(view);
    this.#coreViews.delete(view);
    if (core === undefined) return;
    this.#ownViews.delete(core);
    this.#materialiser.forget(core);
  }
  poll(view: number, intervalMs: number, adaptive: boolean): void {
    this.#tell({ op: 'poll', view, intervalMs, adaptive });
  }

  beginSnapshot(view: number): number {
    const ticket = ++lastNumber;
    this.#tell({ op: 'beginSnapshot', ticket, view });
    return ticket;
  }
  endSnapshot(ticket: number, body: string | Uint8Array): void {
    // A copy of the caller's own bytes, which transferring would take away.
    const bytes = typeof body === 'string' ? encoder.encode(body) : body.slice();
    this.#transfer.push(bytes.buffer as ArrayBuffer);
    this.#tell({ op: 'endSnapshot', ticket, body: bytes });
  }
  confirmSnapshot(ticket: number): void {
    this.#tell({ op: 'confirmSnapshot', ticket });
  }
  failSnapshot(ticket: number, retryAfterMs: number): void {
    this.#tell({ op: 'failSnapshot', ticket, retryAfterMs });
  }

  mutate(mutation: Mutation): number {
    const edit = ++lastNumber;
    this.#tell({ op: 'mutate', edit, mutation: asJson(mutation) });
    return edit;
  }
  restore(saved: string): number {
    const edit = ++lastNumber;
    this.#tell({ op: 'restore', edit, saved });
    return edit;
  }
  settle(edit: number, row: string): void {
    this.#tell({ op: 'settle', edit, row });
  }
  fail(edit: number, network: boolean): Promise<boolean> {
    return new Promise((resolve) => {
      // The next core has it anew, and asks for it to be sent.
      if (this.#disposed || this.#aborted) return resolve(true);
      this.#failing.set(edit, resolve);
      this.#tell({ op: 'fail', edit, network });
    });
  }
  resolve(edit: number, field: string, theirs: unknown, value: unknown): void {
    this.#tell({ op: 'resolve', edit, field, theirs: asJson(theirs), value: asJson(value) });
  }

  takeEffects(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  flush(): ViewChange[] {
    if (this.#batches.length === 0) return [];
    const batches = this.#batches;
    this.#batches = [];
    const changes: ViewChange[] = [];
    try {
      for (const batch of batches) changes.push(...this.#apply(batch));
    } catch (cause) {
      // The core has counted it as taken.
      this.lose(new TidemarkError('core_aborted', `a batch was not readable: ${cause}`, { cause }));
      return [];
    }
    this.#tell({ op: 'taken' });
    return changes;
  }

  rows(view: number): readonly unknown[] | undefined {
    const core = this.#coreViews.get(view);
    return core === undefined ? undefined : this.#materialiser.rows(core);
  }

  // As of the last look, and each asks for the next.
  stats(): EngineStats {
    return this.#look.stats();
  }
  inspect(): CoreInspection | null {
    return this.#look.inspect();
  }
  get memoryBytes(): number | null {
    return this.#look.memoryBytes;
  }
  trace(entries: number): void {
    this.#look.trace(entries);
  }
  traced(revision: number): TraceReport | null {
    return this.#look.traced(revision);
  }

  // Of the links and the timers of a core that is here.
  linkOpened(): void {}
  linkClosed(): void {}
  token(): void {}
  tokenFailed(): void {}
  stream(): void {}
  frame(): void {}
  tick(): void {}

  #take({ effects, batch, views, failed, settled, seen }: Packet): void {
    if (seen) this.#look.take(seen);
    for (const [own, core] of views) {
      // Released while this was on its way.
      if (!this.#coreViews.has(own)) continue;
      this.#coreViews.set(own, core);
      this.#ownViews.set(core, own);
    }
    for (const effect of effects) {
      if (effect.op !== 'status') continue;
      this.#canSend = effect.status === 'connected' && effect.transport === 'websocket';
    }
    this.#effects.push(...effects);
    if (batch) this.#batches.push(batch);
    else this.#tell({ op: 'taken' });
    this.#listener();
    for (const [edit, kept] of failed) {
      this.#failing.get(edit)?.(kept);
      this.#failing.delete(edit);
    }
    for (const [at, resolve] of this.#settling) {
      if (at > settled) continue;
      this.#settling.delete(at);
      resolve();
    }
  }

  #apply(batch: ArrayBuffer): ViewChange[] {
    const changes: ViewChange[] = [];
    for (const { view: core, rows } of this.#materialiser.apply(new Uint8Array(batch))) {
      const view = this.#ownViews.get(core);
      if (view === undefined) this.#materialiser.forget(core);
      else changes.push({ view, rows });
    }
    return changes;
  }

  #tell(input: Input): void {
    if (this.#disposed || this.#aborted) return;
    if (this.#inputs.length === 0) queueMicrotask(() => this.#post());
    this.#inputs.push(input);
  }

  #post(): void {
    if (this.#inputs.length === 0 || this.#disposed || this.#aborted) return;
    const message = { op: 'inputs', inputs: this.#inputs } as const;
    const transfer = this.#transfer;
    this.#inputs = [];
    this.#transfer = [];
    this.#wire.send(message, transfer);
  }

  #release(): void {
    for (const resolve of this.#settling.values()) resolve();
    for (const resolve of this.#failing.values()) resolve(true);
    this.#settling.clear();
    this.#failing.clear();
  }
}
