import { type Clock, systemClock } from '../core/clock.ts';
import type { Effect } from '../core/effects.ts';
import { Engine, type EngineStats, randomSeed } from '../core/engine.ts';
import { TidemarkError } from '../core/errors.ts';
import type { RecorderHandle, RecordOptions } from '../core/recording.ts';
import { asTidemarkError, callSafely, isAbort, type Report } from './callbacks.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import { CORE_MOVED, type DriverOptions, type EngineLike } from './driver-options.ts';
import { listenToPage } from './page-signals.ts';
import { runAt, runNextFrame } from './paint.ts';
import { Recordings } from './recordings.ts';
import { type TokenListener, Tokens } from './tokens.ts';
import { type LinkListener, Links } from './transports/links.ts';

type Input<T> = (engine: EngineLike, now: number) => T;

const NORMAL_CLOSURE = 1000;
// A core that stops again and again is stopped by what it is given.
const MOST_REBUILT = 3;
const REBUILT_WITHIN_MS = 60_000;

/**
 * The outside of one core: hands inputs in and performs the effects that come out. The core
 * is loaded at the first input; inputs wait for it in order. A core that stops (out of memory) is
 * replaced. Nothing that a transport, a timer or the page calls here throws.
 */
export class Driver {
  readonly #options: DriverOptions;
  #links: Links | null;
  #tokens: Tokens;
  readonly #report: Report;
  readonly #recordings: Recordings;
  readonly #seed = randomSeed();
  readonly #clock: Clock;
  #engine: EngineLike | undefined;
  /** Inputs that wait for the core; undefined before loading begins and after it ended. */
  #waiting: Array<() => void> | undefined;
  #failure: TidemarkError | undefined;
  #forgetPage: (() => void) | undefined;
  readonly #timer: DeadlineTimer;
  #performing = false;
  #flushScheduled = false;
  /** When cores were replaced lately. */
  #rebuilds: number[] = [];

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#report = (error) => options.handlers.error(error, false);
    this.#timer = new DeadlineTimer(this.#clock, () => this.run((core, now) => core.tick(now)));
    this.#recordings = new Recordings(this.#report);
    this.#links = this.#newLinks();
    this.#tokens = this.#newTokens();
  }

  /** The core, once it has loaded and until `dispose`. For reading; inputs go through `run`. */
  get engine(): EngineLike | undefined {
    if (this.#engine?.aborted) this.#lost(this.#engine.aborted);
    return this.#failure ? undefined : this.#engine;
  }

  /** Gives the core an input, now or once it has loaded. Errors go to the error handler. */
  run(input: Input<unknown>): void {
    const { engine } = this;
    // A core that is gone is reported once, when it goes.
    const failed = (thrown: unknown): void => {
      if (thrown === this.#failure || isAbort(thrown)) return;
      this.#report(asTidemarkError('core_failed', thrown));
    };
    // Every frame comes this way; a loaded core needs no promise for it.
    if (!engine) return void this.ask(input).catch(failed);
    try {
      input(engine, this.#clock.now());
    } catch (thrown) {
      failed(thrown);
    }
    this.#afterInput();
  }

  /**
   * Gives the core an input and answers with its result. With the core loaded it is run
   * before this returns.
   *
   * Rejects with what `input` throws, or TidemarkError `core_unavailable`, `disposed`, or
   * `core_aborted` when it is this input that stopped the core.
   */
  ask<T>(input: Input<T | PromiseLike<T>>): Promise<T> {
    return new Promise((resolve, reject) => {
      const execute = () => {
        const { engine } = this;
        if (!engine) {
          // Lost just now: in the next one then.
          if (!this.#failure) return void this.ask(input).then(resolve, reject);
          return reject(this.#failure);
        }
        try {
          resolve(input(engine, this.#clock.now()));
        } catch (thrown) {
          reject(thrown);
        }
        this.#afterInput();
      };
      if (this.engine || this.#failure) execute();
      else if (this.#waiting) this.#waiting.push(execute);
      else {
        this.#waiting = [execute];
        this.#load(true);
      }
    });
  }

  /**
   * Brings the views up to date now rather than before the next paint. Undefined when that is
   * done; of a core that runs elsewhere what resolves when it is.
   */
  flush(): Promise<void> | undefined {
    const settling = this.settled();
    if (settling) return settling.then(() => this.#flush(false));
    this.#flush(false);
    return undefined;
  }

  /**
   * Of a core that runs elsewhere: resolves when it has done all that it was told so far, or is
   * gone. Undefined where inputs are done when they are given.
   */
  settled(): Promise<void> | undefined {
    if (!this.#options.elsewhere || this.#failure) return undefined;
    // What comes back would wait until this is shown.
    this.#flush(false);
    return this.ask((engine) => engine.settled?.()).catch(() => {});
  }

  #flush(mayRest: boolean): void {
    const { handlers } = this.#options;
    const flushed = handlers.flushed?.bind(handlers);
    const engine = this.engine;
    if (!flushed || !engine) return;
    this.#flushScheduled = false;
    try {
      const changes = handlers.take ? handlers.take(engine) : engine.flush();
      callSafely(this.#report, 'a listener', () => {
        if (flushed(changes, mayRest)) this.#scheduleFlush(runNextFrame);
      });
    } catch (thrown) {
      if (!isAbort(thrown)) this.#report(asTidemarkError('core_failed', thrown));
    }
    this.#perform();
  }

  stats(): EngineStats | null {
    return this.engine?.stats() ?? null;
  }

  /**
   * Keeps the inputs from the first one on, so it has to be called before that, or with `restart`
   * brings a new core.
   *
   * @throws TidemarkError `record_too_late` when the core has loaded, or is recorded already
   */
  record(options: RecordOptions): RecorderHandle {
    const isLate = Boolean(this.engine) || this.#recordings.exist;
    const restarts = options.restart === true && this.engine !== undefined;
    if (this.#failure || (isLate && !restarts)) {
      throw new TidemarkError('record_too_late', 'record() must come before the first connect');
    }
    if (restarts) this.#reset();
    const { config, core } = this.#options;
    const handle = this.#recordings.begin(
      import('../core/recorder.ts').then(({ Recorder }) =>
        Recorder.start(config, this.#seed, options, core),
      ),
    );
    if (restarts) this.#load(false);
    return handle;
  }

  /** Closes the links and frees the core, also one that is still loading. */
  dispose(): void {
    this.#fail(new TidemarkError('disposed', 'this was disposed'));
  }

  #newLinks(): Links | null {
    const { links } = this.#options;
    return links ? new Links(links, this.#linkListener()) : null;
  }

  #newTokens(): Tokens {
    return new Tokens(this.#options.getToken, this.#tokenListener(), this.#report);
  }

  #linkListener(): LinkListener {
    return {
      opened: (link, lastId) => this.run((engine, now) => engine.linkOpened(link, now, lastId)),
      closed: (link, code, retryAfterMs) => {
        this.#tokens.forget(link);
        this.run((engine, now) => engine.linkClosed(link, code, retryAfterMs, now));
      },
      frame: (link, data) => this.run((engine, now) => engine.frame(link, data, now)),
      stream: (link, bytes) => this.run((engine, now) => engine.stream(link, bytes, now)),
    };
  }

  #tokenListener(): TokenListener {
    return {
      ready: (link, token) => {
        if (this.#links) this.#links.token = token;
        this.run((engine, now) => engine.token(link, token, now));
      },
      failed: (link) => this.run((engine, now) => engine.tokenFailed(link, now)),
    };
  }

  #load(isFirst: boolean): void {
    const load = this.#options.loadEngine ?? Engine.load;
    load(this.#options.config, this.#seed, this.#options.core ?? {})
      .then((engine) => this.#recordings.listenTo(engine))
      .then((engine) => this.#loaded(engine, isFirst))
      .catch((thrown: unknown) => {
        if (this.#failure) return;
        const error = asTidemarkError('core_unavailable', thrown);
        this.#fail(error);
        this.#options.handlers.error(error, true);
      });
  }

  #loaded(engine: EngineLike, isFirst: boolean): void {
    if (this.#failure) {
      engine.dispose();
      return;
    }
    this.#engine = engine;
    engine.listen?.(() => this.run(() => {}));
    this.#options.prepare?.(engine);
    this.#forgetPage = listenToPage({
      pause: (reason, on) => this.run((core, now) => core.pause(reason, on, now)),
      wake: () => this.run((core, now) => core.wake(now)),
    });
    if (!isFirst) this.#rebuilt(engine);
    this.#releaseWaiting();
  }

  #rebuilt(engine: EngineLike): void {
    try {
      this.#options.handlers.rebuilt?.(engine, this.#clock.now());
    } catch (thrown) {
      if (!isAbort(thrown)) this.#report(asTidemarkError('core_failed', thrown));
    }
    this.#afterInput();
  }

  /** The core stopped in the middle of something, for us or for another engine of its instance. */
  #lost(cause: TidemarkError): void {
    this.#reset();
    const { handlers } = this.#options;
    if (cause.code !== CORE_MOVED) {
      const now = this.#clock.now();
      this.#rebuilds = [...this.#rebuilds.filter((at) => now - at < REBUILT_WITHIN_MS), now];
    }
    if (this.#rebuilds.length <= MOST_REBUILT) {
      if (cause.code !== CORE_MOVED) this.#report(cause);
      this.#load(false);
      return;
    }
    const message = `${cause.message}; it did so ${MOST_REBUILT + 1} times in a minute, and is left`;
    const error = new TidemarkError(cause.code, message, { cause });
    this.#fail(error);
    handlers.error(error, true);
  }

  /** Without a core, as if none had been there; another one is to be loaded. */
  #reset(): void {
    this.#leaveCore();
    this.#links = this.#newLinks();
    this.#tokens = this.#newTokens();
    this.#flushScheduled = false;
    this.#waiting = [];
    callSafely(this.#report, 'a listener', () => this.#options.handlers.lost?.());
  }

  #releaseWaiting(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const execute of waiting) execute();
  }

  #fail(error: TidemarkError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#leaveCore();
    this.#releaseWaiting();
  }

  #leaveCore(): void {
    this.#timer.stop();
    this.#forgetPage?.();
    this.#forgetPage = undefined;
    this.#links?.closeAll(NORMAL_CLOSURE);
    this.#engine?.dispose();
    this.#engine = undefined;
    this.#recordings.end();
  }

  #afterInput(): void {
    this.#perform();
    if (this.#flushScheduled || !this.#options.handlers.flushed || !this.#engine) return;
    this.#scheduleFlush((task) => runAt(this.#options.flush ?? 'frame', task));
  }

  #scheduleFlush(schedule: (task: () => void) => void): void {
    this.#flushScheduled = true;
    schedule(() => void (this.#flushScheduled && this.#flush(true)));
  }

  /** Performs effects until there are none. An input given meanwhile leaves its effects to us. */
  #perform(): void {
    if (this.#performing) return;
    this.#performing = true;
    try {
      for (let engine = this.engine; engine; engine = this.engine) {
        const effects = engine.takeEffects();
        if (effects.length === 0) break;
        for (const effect of effects) {
          // A handler may dispose us half-way, or lead to an input that stops the core.
          if (this.engine !== engine) break;
          callSafely(this.#report, 'a listener', () => this.#performOne(effect));
        }
      }
      this.#timer.arm(this.#engine?.deadline ?? null);
    } catch (thrown) {
      if (isAbort(thrown)) void this.engine;
      else this.#report(asTidemarkError('core_failed', thrown));
    } finally {
      this.#performing = false;
    }
  }

  #performOne(effect: Effect): void {
    const { handlers } = this.#options;
    switch (effect.op) {
      case 'token':
        void this.#tokens.ask(effect.link, effect.refresh);
        break;
      case 'open':
        this.#links?.open(effect.link, effect.transport, effect.query);
        break;
      case 'close':
        this.#tokens.forget(effect.link);
        this.#links?.close(effect.link, effect.code);
        break;
      case 'send':
        this.#links?.send(effect.link, effect.text);
        break;
      case 'fetch':
        handlers.fetch?.(effect);
        break;
      case 'resync':
        handlers.resync?.(effect);
        break;
      case 'status':
        handlers.status?.(effect);
        break;
      case 'continuity':
        handlers.continuity?.(effect);
        break;
      case 'quality':
        handlers.quality?.(effect);
        break;
      case 'relay':
        handlers.relay?.(effect.text);
        break;
      case 'submit':
      case 'keep':
      case 'forget':
      case 'confirmed':
      case 'renamed':
      case 'conflict':
        handlers.edit?.(effect);
        break;
      case 'event':
        handlers.event?.(effect);
        break;
      case 'refused':
        handlers.refused?.(effect);
        break;
      case 'error':
        handlers.error(new TidemarkError(effect.code, effect.message), effect.fatal);
        break;
      default:
        // An op that is not known here does not compile.
        effect satisfies never;
    }
  }
}
