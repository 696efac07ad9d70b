import type { ViewChange } from '../core/change-batch.ts';
import type { Clock } from '../core/clock.ts';
import type { CoreSource } from '../core/core-source.ts';
import type { ConnectionQuality, Effect } from '../core/effects.ts';
import type { Engine, EngineConfig, Seed } from '../core/engine.ts';
import type { TidemarkError } from '../core/errors.ts';
import type { CoreInspection } from '../core/inspection.ts';
import type { FlushTiming } from './paint.ts';
import type { GetToken } from './tokens.ts';
import type { TransportOptions } from './transports/transport.ts';

/** What of the engine is used outside `core/`; a test may bring its own. */
export type EngineLike = Pick<
  Engine,
  | 'dispose'
  | 'aborted'
  | 'defineEntity'
  | 'connect'
  | 'disconnect'
  | 'linkOpened'
  | 'linkClosed'
  | 'pause'
  | 'token'
  | 'tokenFailed'
  | 'stream'
  | 'relay'
  | 'wake'
  | 'tick'
  | 'deadline'
  | 'frame'
  | 'send'
  | 'subscribe'
  | 'unsubscribe'
  | 'observe'
  | 'release'
  | 'poll'
  | 'beginSnapshot'
  | 'endSnapshot'
  | 'confirmSnapshot'
  | 'failSnapshot'
  | 'mutate'
  | 'restore'
  | 'settle'
  | 'resolve'
  | 'takeEffects'
  | 'flush'
  | 'rows'
  | 'stats'
> &
  // What only those want who look.
  Partial<Pick<Engine, 'trace' | 'traced'>> & {
    /** Null until an engine that runs elsewhere has answered. */
    inspect?(): CoreInspection | null;
    readonly memoryBytes?: number | null;
    /** As the engine's; a promise where that runs elsewhere. */
    fail(mutation: number, network: boolean, now: number): boolean | PromiseLike<boolean>;
    /** Of an engine that runs elsewhere: `listener` is told when effects or changes came from there. */
    listen?(listener: () => void): void;
    /** Of the same: resolves when all that it was told is done, and what follows from it is here. */
    settled?(): Promise<void>;
  };

/** A fatal error of these is the core's, not the link's. */
export const IS_CORE_GONE: ReadonlySet<string> = new Set(['core_unavailable', 'core_aborted']);

/** Of a core that went on somewhere else, which is nobody's fault: nobody is told. */
export const CORE_MOVED = 'core_moved';

export type LoadEngine = (
  config: EngineConfig,
  seed: Seed,
  source: CoreSource,
) => Promise<EngineLike>;

type EffectOf<Op extends Effect['op']> = Extract<Effect, { op: Op }>;

/** What becomes of the user's edits. */
export type EditEffect = EffectOf<
  'submit' | 'keep' | 'forget' | 'confirmed' | 'renamed' | 'conflict'
>;

/** What the owner of a driver does with the effects that are not a link's. */
export interface DriverHandlers {
  status?(effect: EffectOf<'status'>): void;
  continuity?(effect: EffectOf<'continuity'>): void;
  event?(effect: EffectOf<'event'>): void;
  fetch?(effect: EffectOf<'fetch'>): void;
  resync?(effect: EffectOf<'resync'>): void;
  edit?(effect: EditEffect): void;
  /** Only of a core that runs elsewhere; one that is here throws. */
  refused?(effect: EffectOf<'refused'>): void;
  quality?(quality: ConnectionQuality): void;
  /** Text for the `relay` of other tabs. */
  relay?(text: string): void;
  /** In the place of the engine's `flush`, for who hands on what changed. Returns what is shown here. */
  take?(engine: EngineLike): readonly ViewChange[];
  /**
   * After each flush, also of nothing. Without it nothing is flushed. With `mayRest` true says
   * that not all was shown; then it is called again next frame.
   */
  flushed?(changes: readonly ViewChange[], mayRest: boolean): boolean;
  /**
   * The core stopped: its handles name nothing any more. Either `rebuilt` follows, or an error
   * that is fatal.
   */
  lost?(): void;
  /**
   * There is a new core, prepared as the first was: give it all that the lost one knew. Before
   * inputs that came meanwhile.
   */
  rebuilt?(engine: EngineLike, now: number): void;
  /** `fatal`: the link, or the whole core, will not work any more by itself. */
  error(error: TidemarkError, fatal: boolean): void;
}

export interface DriverOptions {
  config: EngineConfig;
  /** Default: the one in the package's code. */
  core?: CoreSource | undefined;
  /** Null for an engine that never opens a link. */
  links: TransportOptions | null;
  getToken?: GetToken | undefined;
  handlers: DriverHandlers;
  flush?: FlushTiming | undefined;
  /** Default: the machine's. */
  clock?: Clock | undefined;
  /** Sets up a core that has just loaded, before its first input. */
  prepare?: ((engine: EngineLike) => void) | undefined;
  /** Whether `loadEngine` may load one that runs elsewhere. */
  elsewhere?: boolean | undefined;
  /** For tests, and for a core that runs elsewhere. */
  loadEngine?: LoadEngine | undefined;
}
