import { defineConfig, type UserConfig } from 'tsdown';
import { minifySync } from 'vite';

/** What only runs in a component says so to React Server Components. */
const CLIENT_ONLY = new Set(['react', 'hooks', 'devtools']);

/** Nobody reads the compiled core, and bundling has spread it over lines. */
const compactCore: UserConfig['plugins'] = {
  name: 'compact-core',
  renderChunk(code, { name, fileName }) {
    return /^(glue|scalar)$/.test(name) ? minifySync(fileName, code).code : null;
  },
};

export default defineConfig({
  entry: ['js/index.ts', 'js/react.ts', 'js/entities.ts', 'js/devtools.ts', 'js/testing.ts'],
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  fixedExtension: false,
  plugins: [compactCore],
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
  // The compiled core is part of the package, in chunks that are loaded when first needed.
  noExternal: [/^#core\//],
  external: [/^react($|\/)/, /^@tanstack\/react-query($|\/)/],
  // For those who give `wasmUrl`.
  copy: ['build/wasm/tidemark.wasm'],
});
