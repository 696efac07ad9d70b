// npm run bench [-- WORKLOAD... --quick --rows N --wall --json FILE --chart --from FILE]: ours and its peers, timed side by side.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackage, buildWasm } from './lib/build.mjs';
import { unlessFresh } from './lib/fresh.mjs';
import { root } from './lib/paths.mjs';
import { main, must, run, step } from './lib/run.mjs';
import { setup } from './setup.mjs';

const folder = join(root, 'tests/bench');

const packagesOf = (path) => JSON.parse(readFileSync(join(folder, path), 'utf8')).packages;

function peersAreInstalled() {
  if (!existsSync(join(folder, 'node_modules/.package-lock.json'))) return false;
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(packagesOf('package-lock.json')).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  );
}

async function ensurePeers() {
  if (peersAreInstalled()) return;
  await step('the peers', () =>
    must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder }),
  );
}

/** The engine as applications get it, bundled from its sources: the package has no door to it. */
const buildEngine = () =>
  step('engine for the benchmark', () =>
    unlessFresh(
      {
        name: 'bench-engine',
        inputs: ['js/core', 'build/wasm', 'scripts/bench.mjs', 'package-lock.json'],
        output: 'build/bench/engine.js',
      },
      async () => {
        const { build } = await import('vite');
        await build({
          configFile: false,
          root,
          logLevel: 'error',
          publicDir: false,
          build: {
            outDir: 'build/bench',
            emptyOutDir: true,
            target: 'es2022',
            minify: false,
            modulePreload: false,
            rolldownOptions: {
              input: { engine: join(root, 'js/core/engine.ts') },
              preserveEntrySignatures: 'strict',
              output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
            },
          },
        });
      },
    ),
  );

main(async () => {
  await setup('build');
  await ensurePeers();
  await buildWasm();
  await buildPackage();
  await buildEngine();
  const flags = ['--expose-gc', '--no-warnings', '--max-old-space-size=6144'];
  const { code } = await run(
    process.execPath,
    [...flags, join(folder, 'main.mjs'), ...process.argv.slice(2)],
    // The libraries' development checks are not what applications run.
    { env: { NODE_ENV: 'production' } },
  );
  return code;
});
