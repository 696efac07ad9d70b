import { scalarBuild, wasmBuild } from '#core/build';
import { watchAborts } from './abort.ts';
import type { CoreModule, Glue } from './core-module.ts';
import { type CoreSource, givenModule, unavailable } from './core-source.ts';
import { bytesOf, decoder } from './wasm-text.ts';

/** A core that can be started, any number of times. */
export interface CompiledCore {
  /** Names the very bytes, so that a recording finds the core that it was made with. */
  readonly build: string;
  /** With memory of its own. */
  instantiate(): Promise<CoreModule>;
}

/** False without WebAssembly or its SIMD, and under a policy without `'wasm-unsafe-eval'`. */
export function canCompile(): boolean {
  try {
    return decoder() instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

async function inlinedModule(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(bytesOf(await import('#core/bytes')));
}

/** The Wasm that comes with the package's code, to be given away. */
export async function inlinedBytes(): Promise<ArrayBuffer> {
  return bytesOf(await import('#core/bytes')).slice().buffer;
}

const importGlue = async () => (await import('#core/glue')).default as unknown as Glue;

function wasmCore(module: WebAssembly.Module): CompiledCore {
  return {
    build: wasmBuild,
    async instantiate() {
      const glue = await importGlue();
      return new Promise<CoreModule>((resolve, reject) => {
        // An error inside emscripten's hook never rejects its own promise, hence ours around it.
        const started = glue({
          instantiateWasm(imports, done) {
            WebAssembly.instantiate(module, imports).then(done, reject);
            return {};
          },
        });
        started.then(resolve, reject);
      }).then(watchAborts);
    },
  };
}

/** The same source without WebAssembly: larger, slower by far, and it runs anywhere. */
export const scalarCore: CompiledCore = {
  build: scalarBuild,
  async instantiate() {
    const { default: glue } = await import('#core/scalar');
    return watchAborts(await (glue as unknown as Glue)({}));
  },
};

/**
 * @throws TidemarkError `core_unavailable` for a given source that is wrong. Where the package's
 * own core does not start as WebAssembly, it is taken as JavaScript.
 */
export async function compileCore(source: CoreSource): Promise<CompiledCore> {
  if (!canCompile()) return scalarCore;
  // It arrives while the core does and is compiled. Whether it failed is asked when it is needed.
  importGlue().catch(() => undefined);
  const given = await givenModule(source);
  if (given) return wasmCore(given);
  // Also where there is no memory for it.
  return inlinedModule().then(wasmCore, () => scalarCore);
}

/** The core of a build by name, for a recording; undefined when it is not in this package. */
export async function coreOfBuild(build: string): Promise<CompiledCore | undefined> {
  if (build === scalarBuild) return scalarCore;
  if (build !== wasmBuild) return undefined;
  if (!canCompile())
    throw unavailable('the recording is of a WebAssembly core, which cannot run here');
  return wasmCore(await inlinedModule());
}
