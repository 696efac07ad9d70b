import { wasmBuild } from '#core/build';
import { chunk } from './chunk.ts';
import { TidemarkError } from './errors.ts';

/**
 * Where the compiled core comes from. One at the most; without one it comes with the package's
 * code, in a chunk that is loaded when it is first needed. Page and process have one core: it is
 * the same build wherever it comes from (another is refused), so the first that loads serves all.
 */
export interface CoreSource {
  /**
   * The address of `tidemark/tidemark.wasm`, as the bundler or a copy of the file gives it. A
   * relative one is resolved against the page.
   */
  wasmUrl?: string | URL | undefined;
  /** The bytes of `tidemark/tidemark.wasm`. */
  wasmBinary?: ArrayBuffer | ArrayBufferView<ArrayBuffer> | undefined;
  /** Compiled from `tidemark/tidemark.wasm`: for servers that compile when they are built. */
  wasmModule?: WebAssembly.Module | undefined;
}

const SECTION = 'tidemark';
const MAGIC = [0x00, 0x61, 0x73, 0x6d];

export function unavailable(message: string, cause?: unknown): TidemarkError {
  return new TidemarkError('core_unavailable', message, { cause });
}

/**
 * Only what says where the core comes from.
 *
 * @throws TidemarkError `bad_option` when that is said twice, or by something of another type
 */
export function coreSource({ wasmUrl, wasmBinary, wasmModule }: CoreSource): CoreSource {
  const bad = (message: string): never => {
    throw new TidemarkError('bad_option', message);
  };
  const given = Object.entries({ wasmUrl, wasmBinary, wasmModule }).filter(([, value]) => value);
  if (given.length > 1) bad(`give one of ${given.map(([name]) => name).join(' and ')}`);
  if (wasmUrl && typeof wasmUrl !== 'string' && !(wasmUrl instanceof URL)) {
    bad('wasmUrl must be a string or a URL');
  }
  if (wasmBinary && byteLengthOf(wasmBinary) === undefined) {
    bad('wasmBinary must be an ArrayBuffer or a Uint8Array');
  }
  return Object.fromEntries(given);
}

/** Of anything with bytes, from whatever realm: a test's global objects are not the page's. */
function byteLengthOf(value: unknown): number | undefined {
  const { byteLength } = value as { byteLength?: unknown };
  return typeof byteLength === 'number' ? byteLength : undefined;
}

/** Compiles what the caller gave; undefined when that is nothing. @throws TidemarkError `core_unavailable` */
export async function givenModule(source: CoreSource): Promise<WebAssembly.Module | undefined> {
  const { wasmUrl, wasmBinary, wasmModule } = source;
  if (wasmModule) return ofThisBuild(wasmModule, 'wasmModule');
  if (wasmBinary) return ofThisBuild(await compiled(wasmBinary, 'wasmBinary'), 'wasmBinary');
  if (wasmUrl) return ofThisBuild(await fetched(String(wasmUrl)), `wasmUrl ${wasmUrl}`);
  return undefined;
}

/** What is wrong with it is said by the name of the option that it came from. */
async function compiled(bytes: BufferSource, name: string): Promise<WebAssembly.Module> {
  const view = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  if (MAGIC.some((byte, at) => view[at] !== byte)) throw unavailable(`${name} is no WebAssembly`);
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw unavailable(`${name} does not compile: ${String(cause)}`, cause);
  }
}

async function fetched(url: string): Promise<WebAssembly.Module> {
  let response: Response;
  try {
    const { href } = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
    response = await chunk(() => fetch(href));
  } catch (cause) {
    const hint = 'in Node, read the file and give it as wasmBinary';
    throw unavailable(`wasmUrl ${url} cannot be fetched (${String(cause)}); ${hint}`, cause);
  }
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok) throw unavailable(`wasmUrl ${url} was answered ${response.status}`);
  const name = `what wasmUrl ${url} was answered with (${type || 'no content-type'})`;
  // While it arrives, where the server names the type that browsers ask for.
  if (/^application\/wasm\b/.test(type) && typeof WebAssembly.compileStreaming === 'function') {
    try {
      return await WebAssembly.compileStreaming(response);
    } catch (cause) {
      throw unavailable(`${name} does not compile: ${String(cause)}`, cause);
    }
  }
  let bytes: ArrayBuffer;
  try {
    bytes = await response.arrayBuffer();
  } catch (cause) {
    throw unavailable(`wasmUrl ${url} broke off: ${String(cause)}`, cause);
  }
  return compiled(bytes, name);
}

/** The glue calls a core by names that every build chooses anew. */
function ofThisBuild(module: WebAssembly.Module, name: string): WebAssembly.Module {
  let section: ArrayBuffer | undefined;
  try {
    [section] = WebAssembly.Module.customSections(module, SECTION);
  } catch (cause) {
    throw unavailable(`${name} is no WebAssembly.Module`, cause);
  }
  const build = section ? new TextDecoder().decode(section) : undefined;
  if (build === wasmBuild) return module;
  const found = build === undefined ? 'not a core of Tidemark' : `the core of another build`;
  throw unavailable(`${name} is ${found}; take tidemark/tidemark.wasm of the version in use`);
}
