import type { CoreModule } from './core-module.ts';
import { TidemarkError } from './errors.ts';

type Call = (...args: never[]) => unknown;

/** What embind throws before it calls, for an argument of the wrong type. */
const isRefusal = (thrown: unknown): boolean =>
  thrown instanceof TypeError || (thrown as Error | undefined)?.name === 'BindingError';

/**
 * Notes on the instance when a call into it did not come back: out of memory, a trap, an exhausted
 * stack. The core has no exceptions, so nothing else can be thrown out of it; what was half done
 * then stays so, and no engine of this instance may be called again. The caller gets
 * TidemarkError `core_aborted`.
 */
export function watchAborts(core: CoreModule): CoreModule {
  const watched = (call: Call) =>
    function (this: unknown, ...args: never[]): unknown {
      try {
        return call.apply(this, args);
      } catch (thrown) {
        if (isRefusal(thrown)) throw thrown;
        const message = `the core stopped: ${String(thrown)}`;
        core.aborted ??= new TidemarkError('core_aborted', message, { cause: thrown });
        throw core.aborted;
      }
    };
  const watch = (owner: object, names: readonly string[]): void => {
    const members = owner as Record<string, unknown>;
    for (const name of names) {
      const call = members[name];
      if (typeof call === 'function') members[name] = watched(call as Call);
    }
  };
  const methods = Object.getOwnPropertyNames(core.Engine.prototype);
  watch(
    core.Engine.prototype,
    methods.filter((name) => name !== 'constructor'),
  );
  watch(core, FUNCTIONS);
  return core;
}

const FUNCTIONS = [
  'configScratch',
  'checkConfig',
  '_tidemark_frame',
  '_tidemark_stream',
  '_tidemark_effects',
  '_tidemark_deadline',
] satisfies Array<keyof CoreModule>;
