import { defineConfig, type UserConfig } from 'tsdown';
import { minifySync } from 'vite';

/** What only runs in a component says so to React Server Components. */
const CLIENT_ONLY = new Set(['react', 'hooks', 'devtools']);

/** Nobody reads the compiled core, and bundling has spread it over lines. */
const compactCore: UserConfig['plugins'] = {
  name: 'compact-core',
  renderChunk(code, { name, fileName }) {
    return /^(glue|scalar|worker)$/.test(name) ? minifySync(fileName, code).code : null;
  },
};

/** The sources name the worker as they are, so that the demo's page finds it too. */
const builtWorker: UserConfig['plugins'] = {
  name: 'built-worker',
  renderChunk: (code) => code.replaceAll(/(['"])\.\/worker\.ts\1/g, '$1./worker.js$1'),
};

const nothing = `
  export default undefined;
  export const Recorder = undefined;
  export const importAgain = () => undefined;
`;
/** What a page has and hands over, and what only a page does: the worker is no second copy of it. */
const withoutPage: UserConfig['plugins'] = {
  name: 'without-page',
  resolveId: (id) =>
    /^#core\/(bytes|scalar)$|\/(recorder|import-again)\.ts$/.test(id) ? '\0nothing' : null,
  load: (id) => (id === '\0nothing' ? nothing : null),
};

const shared: UserConfig = {
  platform: 'neutral',
  target: 'es2022',
  fixedExtension: false,
  // The compiled core is part of the package, in chunks that are loaded when first needed.
  noExternal: [/^#core\//],
};

const library: UserConfig = {
  ...shared,
  entry: ['js/index.ts', 'js/react.ts', 'js/entities.ts', 'js/devtools.ts', 'js/testing.ts'],
  format: ['esm', 'cjs'],
  dts: true,
  plugins: [compactCore, builtWorker],
  inputOptions: {
    // Its timing hints are about the bundler, not about this package; and a CommonJS bundle has no
    // `import.meta.env` to be read, which is no news.
    preserveEntrySignatures: 'allow-extension',
    checks: { pluginTimings: false, emptyImportMeta: false },
  },
  outputOptions: {
    banner: ({ name, fileName }) =>
      CLIENT_ONLY.has(name) && /\.c?js$/.test(fileName) ? "'use client';" : '',
    codeSplitting: {
      // The entities' door is open to servers, so its hooks lie in a chunk that has nothing else.
      groups: [{ name: 'hooks', test: /js\/hooks\/[\w-]+\.ts$/ }],
      includeDependenciesRecursively: false,
    },
  },
  external: [/^react($|\/)/, /^@tanstack\/react-query($|\/)/],
  // For those who give `wasmUrl`.
  copy: ['build/wasm/tidemark.wasm'],
};

/**
 * One file that imports nothing: a bundler may treat it as a script of any kind, or copy it. Vite's
 * workers, by default, must not be in several chunks.
 */
const worker: UserConfig = {
  ...shared,
  entry: { worker: 'js/worker/worker.ts' },
  format: 'esm',
  dts: false,
  clean: false,
  plugins: [withoutPage, compactCore],
  inputOptions: { checks: { pluginTimings: false, emptyImportMeta: false } },
  outputOptions: { codeSplitting: false },
};

export default defineConfig([library, worker]);
