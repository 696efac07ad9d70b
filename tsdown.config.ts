import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: ['js/index.ts', 'js/react.ts', 'js/entities.ts', 'js/testing.ts'],
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  fixedExtension: false,
  // Its timing hints are about the bundler, not about this package.
  inputOptions: { checks: { pluginTimings: false } },
  // The compiled core is part of the package, in a chunk that is loaded when first needed.
  noExternal: [/^#core\//],
  external: [/^react($|\/)/, /^@tanstack\/react-query($|\/)/],
});
