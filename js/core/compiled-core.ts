import { scalarBuild, wasmBuild } from '#core/build';
import { watchAborts } from './abort.ts';
import { chunk } from './chunk.ts';
import type { CoreModule, Glue } from './core-module.ts';
import { type CoreSource, givenModule } from './core-source.ts';
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

const importBytes = () => chunk(() => import('#core/bytes'));
const importGlue = async () => (await chunk(() => import('#core/glue'))).default as unknown as Glue;

/** The Wasm that comes with the package's code, to be given away. */
export async function inlinedBytes(): Promise<ArrayBuffer> {
  return bytesOf(await importBytes()).slice().buffer;
}

function wasmCore(module: WebAssembly.Module, glue: Glue): CompiledCore {
  return {
    build: wasmBuild,
    instantiate: () =>
      new Promise<CoreModule>((resolve, reject) => {
        // An error inside emscripten's hook never rejects its own promise, hence ours around it.
        const started = glue({
          instantiateWasm(imports, done) {
            WebAssembly.instantiate(module, imports).then(done, reject);
            return {};
          },
        });
        started.then(resolve, reject);
      }).then(watchAborts),
  };
}

/** The same source without WebAssembly: larger, slower by far, and it runs anywhere. */
export const scalarCore: CompiledCore = {
  build: scalarBuild,
  async instantiate() {
    const { default: glue } = await chunk(() => import('#core/scalar'));
    return watchAborts(await (glue as unknown as Glue)({}));
  },
};

/**
 * Where the package's own core does not compile it is taken as JavaScript.
 *
 * @throws TidemarkError `core_unavailable` for a given source that is wrong
 * @throws what `chunk` does, where the core did not arrive
 */
export async function compileCore(source: CoreSource): Promise<CompiledCore> {
  if (!canCompile()) return scalarCore;
  // It arrives while the core does and is compiled. Whether it failed is asked when it is needed.
  const glue = importGlue();
  glue.catch(() => undefined);
  const given = await givenModule(source);
  if (given) return wasmCore(given, await glue);
  const text = await importBytes();
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(bytesOf(text));
  } catch {
    // Not even the memory for it.
    return scalarCore;
  }
  return wasmCore(module, await glue);
}
