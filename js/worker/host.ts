import type { Effect } from '../core/effects.ts';
import { Engine, type EntityShape, type PauseReason } from '../core/engine.ts';
import type { TidemarkError } from '../core/errors.ts';
import { asTidemarkError } from '../realtime/callbacks.ts';
import { Driver } from '../realtime/driver.ts';
import { CORE_MOVED, IS_CORE_GONE } from '../realtime/driver-options.ts';
import { HostedPage } from './hosted-page.ts';
import { perform, performLeaving, showInspection } from './inputs.ts';
import { whenReleased } from './page-lock.ts';
import { PageQuestions } from './page-questions.ts';
import type { HostSetup, HostWire, Input, Opening } from './protocol.ts';

const PAUSE_REASONS: readonly PauseReason[] = ['offline', 'hidden', 'frozen'];
/** As many readers as the core has. */
const MOST_PAGES = 256;

type EffectOf<Op extends Effect['op']> = Extract<Effect, { op: Op }>;

/** Another `connect` changes nothing. */
const isUnderWay = ({ status }: EffectOf<'status'>): boolean =>
  status !== 'disconnected' && status !== 'error';

/**
 * One core and one connection for all pages that come: it does in their place what a `Driver` does
 * in a page, and tells each what concerns it.
 */
export class Host {
  #driver: Driver | undefined;
  #engine: Engine | undefined;
  /** Those that were told `ready`. */
  readonly #pages = new Set<HostedPage>();
  /** Those and the ones that wait for the core; the newest last. */
  readonly #present = new Set<HostedPage>();
  readonly #questions = new PageQuestions(() => this.#present);
  readonly #shapes = new Map<string, EntityShape>();
  readonly #paused = new Set<PauseReason>();
  /** How many events the core notes. */
  #traced = 0;
  #status: EffectOf<'status'> | undefined;
  #quality: EffectOf<'quality'> | undefined;

  /** Serves who is at the other end of `wire`; an `open` begins, and anew. */
  accept(wire: HostWire): void {
    let page: HostedPage | undefined;
    const leave = (): void => {
      if (page) this.#leaveForGood(page);
      page = undefined;
    };
    wire.heard = (message) => {
      if (message.op === 'open') {
        leave();
        page = this.#open(wire, message);
      } else if (message.op === 'close') {
        leave();
        wire.close();
      } else if (page && message.op === 'inputs') {
        if (this.#pages.has(page)) this.#take(page, message.inputs);
      } else if (page && message.op !== 'inputs') {
        this.#questions.answered(page, message);
      }
    };
  }

  #open(wire: HostWire, opening: Opening): HostedPage | undefined {
    const readers = new Set([...this.#present].map(({ reader }) => reader));
    let reader = 0;
    while (readers.has(reader)) reader++;
    if (reader >= MOST_PAGES) {
      wire.send({ op: 'failed', code: 'core_unavailable', message: 'too many pages share a core' });
      return undefined;
    }
    const page = new HostedPage(wire, opening, reader);
    this.#present.add(page);
    if (opening.lock !== null)
      page.onLeft(whenReleased(opening.lock, () => this.#leaveForGood(page)));
    this.#driver ??= this.#newDriver(opening.setup);
    this.#driver
      .ask((engine) => engine.stats())
      .then(
        (stats) => {
          if (!this.#present.has(page)) return;
          this.#pages.add(page);
          wire.send({ op: 'ready', stats });
          this.#driver?.run((_, now) => this.#engine && this.#pauseAsAll(this.#engine, now));
        },
        (thrown: unknown) => {
          const { code, message } = asTidemarkError('core_unavailable', thrown);
          this.#present.delete(page);
          page.left();
          wire.send({ op: 'failed', code, message });
        },
      );
    return page;
  }

  #newDriver(setup: HostSetup): Driver {
    const { config, link } = setup;
    const url = (text: string | undefined) => (text === undefined ? undefined : new URL(text));
    return new Driver({
      config,
      links: link && { ...link, url: new URL(link.url), sseUrl: url(link.sseUrl) },
      getToken: config.tokens ? ({ refresh }) => this.#questions.token(refresh) : undefined,
      // There is no paint to wait for; the pages say when they can take more.
      flush: 'microtask',
      loadEngine: async (_, seed) => {
        const wasmBinary = setup.wasmUrl || this.#engine ? undefined : await this.#questions.core();
        const source = { wasmUrl: setup.wasmUrl, ...(wasmBinary ? { wasmBinary } : {}) };
        this.#engine = await Engine.load(config, seed, source);
        return this.#engine;
      },
      handlers: {
        status: (effect) => this.#statusChanged(effect),
        quality: (effect) => this.#qualityChanged(effect as EffectOf<'quality'>),
        continuity: (effect) => this.#tellOwner(effect),
        fetch: (effect) => this.#tellOwner(effect),
        resync: ({ sub }) => {
          for (const page of this.#pages) {
            for (const [own, core] of page.subs)
              if (core === sub) page.tell({ op: 'resync', sub: own });
          }
        },
        event: (effect) => {
          const idField = this.#shapes.get(effect.event.entity)?.idField ?? 'id';
          for (const page of this.#pages) page.tellEvent(effect, idField);
        },
        edit: (effect) => {
          for (const page of this.#pages) page.tellOfEdit(effect);
        },
        relay: (text) => {
          const [page] = this.#pages;
          page?.tell({ op: 'relay', text });
        },
        take: () => {
          this.#deliver();
          return [];
        },
        flushed: () => false,
        lost: () => this.#lost(),
        error: (error, fatal) => this.#failed(error, fatal),
      },
    });
  }

  #take(page: HostedPage, inputs: readonly Input[]): void {
    this.#driver?.run((_, now) => {
      for (const input of inputs) {
        // Gone while the core was loading, or of the core before.
        if (this.#pages.has(page) && this.#engine) this.#perform(page, input, this.#engine, now);
      }
    });
  }

  #perform(page: HostedPage, input: Input, engine: Engine, now: number): void {
    switch (input.op) {
      case 'defineEntity':
        this.#define(input.shape, engine);
        break;
      case 'connect':
        page.isConnecting = true;
        if (this.#status && isUnderWay(this.#status)) page.tell(this.#status);
        if (this.#quality) page.tell(this.#quality);
        engine.connect(now);
        break;
      case 'disconnect':
        page.isConnecting = false;
        page.tell({ op: 'status', status: 'disconnected', transport: null, attempt: 0 });
        this.#disconnectUnlessWanted(engine, now);
        break;
      case 'pause':
        if (input.on) page.pauses.add(input.reason);
        else page.pauses.delete(input.reason);
        this.#pauseAsAll(engine, now);
        break;
      case 'wake':
        engine.wake(now);
        break;
      case 'relay':
        engine.relay(input.text, now);
        break;
      case 'send':
        engine.send(input.text, now);
        break;
      case 'taken':
        page.taken();
        break;
      case 'trace':
        if (input.entries === page.trace.entries) break;
        page.trace.begin(input.entries, engine.traced(0));
        this.#traceForAll(engine);
        break;
      default:
        perform(page, input, engine, now);
    }
  }

  #define(shape: EntityShape, engine: Engine): void {
    const known = this.#shapes.get(shape.name);
    if (known && JSON.stringify(known) === JSON.stringify(shape)) return;
    this.#shapes.set(shape.name, shape);
    engine.defineEntity(shape);
  }

  /** What stops all pages stops the core; what stops one does not stop the others. */
  #pauseAsAll(engine: Engine, now: number): void {
    const pages = [...this.#pages];
    if (pages.length === 0) return;
    for (const reason of PAUSE_REASONS) {
      const on = pages.every((page) => page.isPaused(reason));
      if (on === this.#paused.has(reason)) continue;
      if (on) this.#paused.add(reason);
      else this.#paused.delete(reason);
      engine.pause(reason, on, now);
    }
  }

  /** As many events as the page that wants most; with fewer the core would forget those it has. */
  #traceForAll(engine: Engine): void {
    const most = Math.max(0, ...[...this.#pages].map(({ trace }) => trace.entries));
    const isEnough = most > 0 && most <= this.#traced;
    if (isEnough || most === this.#traced) return;
    const noted = engine.traced(0);
    this.#traced = most;
    engine.trace(most);
    for (const { trace } of this.#pages) trace.goOn(noted);
  }

  #disconnectUnlessWanted(engine: Engine, now: number): void {
    if (![...this.#pages].some(({ isConnecting }) => isConnecting)) engine.disconnect(now);
  }

  /** With the last page goes the core, and what it knows of a user who may not be the next one. */
  #leaveForGood(page: HostedPage): void {
    this.#leave(page);
    if (this.#present.size > 0) return;
    this.#driver?.dispose();
    this.#driver = this.#engine = undefined;
    this.#forget();
  }

  #leave(page: HostedPage): void {
    page.left();
    this.#present.delete(page);
    this.#questions.left(page);
    if (!this.#pages.delete(page)) return;
    this.#driver?.run((_, now) => {
      const engine = this.#engine;
      if (!engine) return;
      performLeaving(page, engine, now);
      this.#pauseAsAll(engine, now);
      this.#traceForAll(engine);
      this.#disconnectUnlessWanted(engine, now);
    });
  }

  /** Each page that took its last packet gets what changed since. */
  #deliver(): void {
    const ready = [...this.#pages].filter(({ isReady }) => isReady);
    const batches = new Map<number, ArrayBuffer>();
    this.#engine?.takeBatches(
      ready.map(({ reader }) => reader),
      (reader, batch) => batches.set(reader, batch.slice().buffer as ArrayBuffer),
    );
    for (const page of ready) page.post(batches.get(page.reader) ?? null);
    for (const page of this.#pages) {
      if (!page.isBehind) continue;
      this.#leave(page);
      page.wire.send({ op: 'lost', code: CORE_MOVED, message: 'the page did not run for long' });
    }
  }

  #statusChanged(effect: EffectOf<'status'>): void {
    this.#status = effect;
    for (const page of this.#pages) {
      if (page.isConnecting) page.tell(effect);
      if (page.isInspecting && this.#engine) showInspection(page, this.#engine);
    }
  }

  #qualityChanged(effect: EffectOf<'quality'>): void {
    this.#quality = effect;
    for (const page of this.#pages) if (page.isConnecting) page.tell(effect);
  }

  #tellOwner(effect: EffectOf<'continuity' | 'fetch'>): void {
    for (const page of this.#pages) {
      const view = page.views.ownOf(effect.view);
      if (view !== undefined) page.tell({ ...effect, view });
    }
  }

  /** The driver takes another core; the pages begin anew in it. */
  #lost(): void {
    const pages = [...this.#pages];
    this.#pages.clear();
    this.#forget();
    for (const page of pages) {
      this.#leave(page);
      page.wire.send({ op: 'lost', code: 'core_aborted', message: 'the core stopped' });
    }
  }

  #forget(): void {
    this.#shapes.clear();
    this.#paused.clear();
    this.#traced = 0;
    this.#status = this.#quality = undefined;
  }

  #failed({ code, message }: TidemarkError, fatal: boolean): void {
    if (IS_CORE_GONE.has(code)) {
      // The next page that opens has another try.
      if (fatal) this.#driver = undefined;
      return;
    }
    for (const page of this.#pages) page.tell({ op: 'error', code, message, fatal });
    // An error alone, of a token say, comes with no input that would be followed by a flush.
    this.#driver?.run(() => {});
  }
}
