import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const older = (name: string): string => here(`tests/react18/node_modules/${name}`);

/** What users import is the sources here. */
const doors = [
  { find: /^tidemark$/, replacement: here('js/index.ts') },
  { find: /^tidemark\/(react|entities|devtools|testing)$/, replacement: here('js/$1.ts') },
];

const shared = {
  environment: 'node',
  testTimeout: 15_000,
  hookTimeout: 30_000,
  pool: 'forks',
  // A busy machine is late, and that is no failure.
  expect: { poll: { timeout: 5000 } },
} as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias: doors },
        test: {
          ...shared,
          name: 'all',
          include: [
            'tests/js/**/*.test.{ts,tsx}',
            'tests/server/**/*.test.ts',
            'tests/oracles/**/*.test.ts',
          ],
        },
      },
      {
        // What stands on the core once more, where WebAssembly is forbidden.
        resolve: { alias: doors },
        test: {
          ...shared,
          name: 'scalar',
          include: [
            'tests/js/core/{engine,recorder,loading,abort}.test.ts',
            'tests/js/realtime/{bad-input,core-lost,react-query-integration,websocket-client}.test.ts',
            'tests/js/hooks/use*.test.tsx',
          ],
          setupFiles: ['tests/js/support/without-wasm.ts'],
          // Its 64 MB of JSON take a while.
          testTimeout: 60_000,
        },
      },
      {
        // What stands on the core once more, where that is in a worker.
        resolve: { alias: doors },
        test: {
          ...shared,
          name: 'hosted',
          include: [
            // Not what asks for counters, which are those of the last time that they were asked for.
            'tests/js/realtime/{core-lost,react-query-integration,websocket-client}.test.ts',
            'tests/js/hooks/{bad-input,details,windows}.test.tsx',
            'tests/js/hooks/useRealtime{InfiniteQuery,Mutation,Status}.test.tsx',
          ],
          setupFiles: ['tests/js/support/hosted.ts'],
        },
      },
      {
        // The hooks once more, with the other React that they support.
        resolve: {
          alias: [
            ...doors,
            { find: /^react($|\/)/, replacement: `${older('react')}$1` },
            { find: /^react-dom($|\/)/, replacement: `${older('react-dom')}$1` },
            {
              // Its other form would `require` the React beside it.
              find: /^@testing-library\/react$/,
              replacement: here(
                'node_modules/@testing-library/react/dist/@testing-library/react.esm.js',
              ),
            },
          ],
        },
        test: {
          ...shared,
          name: 'react18',
          include: [
            'tests/js/hooks/**/*.test.tsx',
            'tests/js/devtools/*.test.tsx',
            'tests/react18/*.test.tsx',
          ],
          // So that what they import is the older React too.
          server: { deps: { inline: [/@tanstack\/react-query/, /@testing-library\/react/] } },
        },
      },
    ],
  },
});
