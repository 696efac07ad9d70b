import { type CoreSource, coreSource } from '../core/core-source.ts';
import type { EngineConfig, EngineStats } from '../core/engine.ts';
import { TidemarkError } from '../core/errors.ts';
import type { RecorderHandle, RecordOptions } from '../core/recording.ts';
import { type Elsewhere, elsewhere } from '../worker/elsewhere.ts';
import { callSafely, isAbort, type Report } from './callbacks.ts';
import { Driver } from './driver.ts';
import {
  type DriverHandlers,
  type DriverOptions,
  type EngineLike,
  IS_CORE_GONE,
  type LoadEngine,
} from './driver-options.ts';
import { type LinkOptions, linkConfig, linkTransport } from './link-options.ts';
import {
  IDLE,
  isIdle,
  type LinkState,
  LinkStateHolder,
  type LinkStateListener,
} from './link-state.ts';
import type { LinkTarget } from './link-target.ts';
import { Tabs } from './tabs.ts';

export interface ConnectionSetup {
  /** None: nothing can be linked to, so there is only polling. */
  target: LinkTarget | undefined;
  options: LinkOptions & CoreSource;
  report: Report;
  /** What the options do not say. */
  config: EngineConfig;
  handlers: Omit<DriverHandlers, 'status' | 'quality' | 'relay' | 'error'>;
  flush?: DriverOptions['flush'];
  prepare?: DriverOptions['prepare'];
  /** Told of a new state before the user's callbacks are. */
  onLink?: LinkStateListener;
  /** Whether `event` is told all that an event says, and not only which row changed. Default true. */
  wholeEvents?: boolean;
  /** There is no core, and will not be. */
  onGone?: () => void;
  loadEngine: LoadEngine | undefined;
}

/** A core with its links, its state and its sibling tabs; what the client and the integration share. */
export class Connection {
  readonly driver: Driver;
  readonly state: LinkStateHolder;
  readonly #tabs: Tabs | undefined;
  readonly #elsewhere: Elsewhere | undefined;
  #disposed = false;
  #wanted = false;

  /** @throws TidemarkError `bad_option` */
  constructor(setup: ConnectionSetup) {
    const { target, options, report } = setup;
    this.state = new LinkStateHolder(report);
    const config = { ...linkConfig(options, target), ...setup.config };
    const links = target ? linkTransport(target, options) : null;
    const { wholeEvents = true } = setup;
    this.#elsewhere = elsewhere(options, { config, links, target, wholeEvents, report });
    this.driver = new Driver({
      config,
      core: coreSource(options),
      links,
      getToken: target?.getToken,
      clock: options.clock,
      elsewhere: this.#elsewhere !== undefined,
      loadEngine: setup.loadEngine ?? this.#elsewhere?.load,
      flush: setup.flush,
      prepare: setup.prepare,
      handlers: {
        ...setup.handlers,
        status: ({ status, transport, attempt }) => this.state.set({ status, transport, attempt }),
        quality: (quality) => this.state.setQuality(quality),
        relay: (text) => this.#tabs?.send(text),
        lost: () => {
          setup.handlers.lost?.();
          if (!isIdle(this.link)) this.state.set({ ...IDLE, status: 'reconnecting' });
        },
        rebuilt: (engine, now) => {
          setup.handlers.rebuilt?.(engine, now);
          if (this.#wanted) engine.connect(now);
        },
        error: (error, fatal) => {
          const failed = fatal && IS_CORE_GONE.has(error.code);
          if (failed) {
            this.state.set({ ...IDLE, status: 'error' });
            setup.onGone?.();
          }
          report(error);
        },
      },
    });
    if (target && options.shareAcrossTabs) {
      const heard = (text: string) => this.driver.run((core, now) => core.relay(text, now));
      this.#tabs = new Tabs(target.url, heard);
    }
    if (setup.onLink) this.state.subscribe(setup.onLink);
    this.state.subscribe(({ status, quality }, before) => {
      if (status !== before.status) {
        callSafely(report, 'onStatusChange', () => options.onStatusChange?.(status));
      }
      if (quality !== before.quality) {
        callSafely(report, 'onQualityChange', () => options.onQualityChange?.(quality));
      }
    });
  }

  get link(): LinkState {
    return this.state.current;
  }

  connect(): void {
    if (this.#disposed) return;
    this.#wanted = true;
    this.#tabs?.open();
    // Said at once: the core, which says it too, may still be loading.
    if (isIdle(this.link)) this.state.set({ ...IDLE, status: 'connecting' });
    this.driver.run((engine, now) => engine.connect(now));
  }

  disconnect(): void {
    this.#wanted = false;
    if (this.#disposed || this.link.status === 'disconnected') return;
    this.#tabs?.close();
    this.driver.run((engine, now) => engine.disconnect(now));
  }

  stats(): EngineStats | null {
    return this.driver.stats();
  }

  /** Reads the core; null when there is none. */
  look<T>(read: (engine: EngineLike) => T | null): T | null {
    const { engine } = this.driver;
    try {
      return engine ? read(engine) : null;
    } catch (thrown) {
      // The driver finds that out, and mends it.
      if (isAbort(thrown)) return null;
      throw thrown;
    }
  }

  /** @throws TidemarkError `record_in_worker`, `record_too_late` */
  record(options: RecordOptions = {}): RecorderHandle {
    if (this.#elsewhere) {
      throw new TidemarkError('record_in_worker', 'a core in a worker cannot be recorded');
    }
    return this.driver.record(options);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#tabs?.close();
    this.driver.dispose();
    this.#elsewhere?.close();
    this.state.set(IDLE);
  }
}
