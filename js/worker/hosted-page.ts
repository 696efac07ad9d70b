import type { Effect } from '../core/effects.ts';
import type { PauseReason } from '../core/engine-types.ts';
import type { EditEffect } from '../realtime/driver-options.ts';
import { Numbers } from './numbers.ts';
import { PageTrace } from './page-trace.ts';
import type { HostWire, Opening, Seen } from './protocol.ts';
import { ToldEvents } from './told-events.ts';

/** What a page may leave untaken before it is cut off. */
const MOST_EFFECTS = 10_000;
/** Of edits that ended, which a conflict may still name. */
const MOST_ENDED = 100;

type EventEffect = Extract<Effect, { op: 'event' }>;

/** A page that a host serves: what it asked for, and what is to be told to it next. */
export class HostedPage {
  /** Its batches are told apart by it. */
  readonly reader: number;
  readonly opening: Opening;
  readonly views = new Numbers();
  /** The subscription behind each view, by the page's number of the view. */
  readonly viewSubs = new Map<number, number>();
  /** The core's by the page's; several of a page's may be one of the core's. */
  readonly subs = new Map<number, number>();
  readonly tickets = new Map<number, { core: number; view: number }>();
  readonly edits = new Numbers();
  /** The mutation ids of edits that are kept. */
  readonly keys = new Set<string>();
  readonly pauses = new Set<PauseReason>();
  /** Whether it wants a connection. */
  isConnecting = false;
  /** Whether it ever inspected the core: then it sees why the link changed as it does. */
  isInspecting = false;
  readonly trace = new PageTrace();
  readonly #wire: HostWire;
  readonly #told = new ToldEvents();
  readonly #ended: number[] = [];
  #onLeft: () => void = () => {};
  #isTaking = false;
  #effects: Effect[] = [];
  #newViews: Array<[number, number]> = [];
  #failed: Array<[number, boolean]> = [];
  #settled = 0;
  #toldSettled = 0;
  #seen: Seen | null = null;

  constructor(wire: HostWire, opening: Opening, reader: number) {
    this.#wire = wire;
    this.opening = opening;
    this.reader = reader;
  }

  get wire(): HostWire {
    return this.#wire;
  }

  /** `task` runs when it has left. */
  onLeft(task: () => void): void {
    this.#onLeft = task;
  }
  left(): void {
    this.#onLeft();
  }

  /** Whether it took what it was sent last. */
  get isReady(): boolean {
    return !this.#isTaking;
  }

  /** Whether more waits for it than is worth keeping: it is better off beginning anew. */
  get isBehind(): boolean {
    return this.#effects.length > MOST_EFFECTS;
  }

  /** Neither hidden nor frozen, as far as it said. */
  get isAwake(): boolean {
    return !this.pauses.has('hidden') && !this.pauses.has('frozen');
  }

  /** Whether it stops for that reason; a frozen page does not hear that the reason is over. */
  isPaused(reason: PauseReason): boolean {
    return this.pauses.has(reason) || this.pauses.has('frozen');
  }

  taken(): void {
    this.#isTaking = false;
  }
  settleUp(at: number): void {
    this.#settled = at;
  }
  show(seen: Seen): void {
    this.#seen = { ...this.#seen, ...seen };
  }
  tellFailed(edit: number, kept: boolean): void {
    this.#failed.push([edit, kept]);
  }
  tellView(own: number, core: number): void {
    this.views.set(own, core);
    this.#newViews.push([own, core]);
  }
  tell(effect: Effect): void {
    this.#effects.push(effect);
  }

  /** An effect in the core's numbers, if it concerns this page. `idField`: of the event's entity. */
  tellEvent(effect: EventEffect, idField: string): void {
    const { view, event } = effect;
    const subs = [...this.subs].filter(([, core]) => effect.subs.includes(core));
    const own = view === null ? undefined : this.views.ownOf(view);
    const isShown = effect.subs.some((sub) => [...this.viewSubs.values()].includes(sub));
    const isForAll = view === null && effect.subs.length === 0;
    if (subs.length === 0 && own === undefined && !isShown && !isForAll) return;
    const repeated = !this.#told.add(event.id) && effect.repeated;
    const { [idField]: id } = (event.data ?? {}) as Record<string, unknown>;
    this.tell({
      op: 'event',
      subs: subs.map(([number]) => number),
      view: own ?? null,
      repeated,
      event: this.opening.wholeEvents ? event : { ...event, data: { [idField]: id } },
    });
  }

  /** What becomes of an edit, if it is this page's; a new id concerns all. */
  tellOfEdit(effect: EditEffect): void {
    switch (effect.op) {
      case 'renamed':
        this.tell(effect);
        break;
      case 'keep':
        if (this.keys.has(effect.key)) this.tell(effect);
        break;
      case 'forget':
        if (this.keys.delete(effect.key)) this.tell(effect);
        break;
      default: {
        const mutation = this.edits.ownOf(effect.mutation);
        if (mutation === undefined) break;
        if (effect.op === 'confirmed') this.endEdit(mutation);
        this.tell({ ...effect, mutation });
      }
    }
  }

  /** An edit's mutation id, by which the core says what is to be kept of it. */
  keep(key: string): void {
    if (this.opening.setup.config.keepEdits) this.keys.add(key);
  }

  /** An edit that has ended, though the core may still speak of it. */
  endEdit(edit: number): void {
    this.#ended.push(edit);
    if (this.#ended.length > MOST_ENDED) this.edits.delete(this.#ended.shift() as number);
  }

  get pendingEdits(): number[] {
    const ended = new Set(this.#ended);
    return [...this.edits.entries()].filter(([own]) => !ended.has(own)).map(([, core]) => core);
  }

  /** Sends what there is, if there is anything. */
  post(batch: ArrayBuffer | null): void {
    const isIdle =
      !batch &&
      !this.#seen &&
      this.#effects.length === 0 &&
      this.#newViews.length === 0 &&
      this.#failed.length === 0 &&
      this.#settled === this.#toldSettled;
    if (isIdle) return;
    this.#isTaking = true;
    this.#toldSettled = this.#settled;
    const rest = { settled: this.#settled, seen: this.#seen };
    const views = this.#newViews;
    const failed = this.#failed;
    const effects = this.#effects;
    this.#newViews = [];
    this.#failed = [];
    this.#effects = [];
    this.#seen = null;
    this.#wire.send({ op: 'packet', effects, batch, views, failed, ...rest }, batch ? [batch] : []);
  }
}
