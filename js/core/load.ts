import { scalarBuild, wasmBuild } from '#core/build';
import { type CompiledCore, compileCore, scalarCore } from './compiled-core.ts';
import type { CoreModule } from './core-module.ts';
import { type CoreSource, unavailable } from './core-source.ts';
import { TidemarkError } from './errors.ts';

/** Of one build, for all copies of this module: an app may have both forms of the package. */
interface Shared {
  /** One after the other: a source counts only where those before it failed. */
  compiling?: Promise<CompiledCore>;
  compiled?: CompiledCore | undefined;
  starting?: Promise<CoreModule> | undefined;
  running?: CoreModule | undefined;
}

const KEY: unique symbol = Symbol.for(`tidemark.core ${wasmBuild} ${scalarBuild}`) as never;

function shared(): Shared {
  const holder = globalThis as { [KEY]?: Shared };
  holder[KEY] ??= {};
  return holder[KEY];
}

const asUnavailable = (cause: unknown): TidemarkError =>
  cause instanceof TidemarkError
    ? cause
    : unavailable(`the core did not load: ${String(cause)}`, cause);

/**
 * The core, compiled once for this page or process. A failure is not remembered: the next call
 * tries again.
 *
 * @throws TidemarkError `core_unavailable`
 */
export async function compiledCore(source: CoreSource = {}): Promise<CompiledCore> {
  const slot = shared();
  const before = slot.compiling?.catch(() => undefined);
  const compile = async (): Promise<CompiledCore> => {
    await before;
    slot.compiled ??= await compileCore(source);
    return slot.compiled;
  };
  if (slot.compiled) return slot.compiled;
  slot.compiling = compile();
  return slot.compiling.catch((cause: unknown) => {
    throw asUnavailable(cause);
  });
}

/**
 * The instance that all engines of this page or process share; a new one when that was lost.
 *
 * @throws TidemarkError `core_unavailable`
 */
export async function loadCore(source: CoreSource = {}): Promise<CoreModule> {
  const compiled = await compiledCore(source);
  const slot = shared();
  if (slot.running?.aborted) {
    slot.running = undefined;
    slot.starting = undefined;
  }
  slot.starting ??= started(slot, compiled).catch((cause: unknown) => {
    slot.starting = undefined;
    throw asUnavailable(cause);
  });
  return slot.starting;
}

/** What compiled and does not start lacks memory, which the core as JavaScript needs less of. */
async function started(slot: Shared, compiled: CompiledCore): Promise<CoreModule> {
  try {
    slot.running = await compiled.instantiate();
  } catch (cause) {
    if (compiled === scalarCore) throw cause;
    slot.compiled = scalarCore;
    slot.running = await scalarCore.instantiate();
  }
  return slot.running;
}
