import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cmakeBuild } from './cmake.mjs';
import { unlessFresh, writeIfChanged } from './fresh.mjs';
import { root } from './paths.mjs';
import { must, step } from './run.mjs';

const glueTypes = `/** Emscripten's module factory; js/core/load.ts knows what it makes. */
declare const factory: (options: object) => Promise<unknown>;
export default factory;
`;
const bytesTypes = `/** The core's Wasm, in base64. */
declare const bytes: string;
export default bytes;
`;

/** Compiles the core and puts it where package.json's \`#core/*\` imports look for it. */
export const buildWasm = () =>
  step('core as Wasm', async () => {
    await cmakeBuild('wasm-release', 'tidemark');
    const made = (extension) =>
      readFileSync(join(root, `build/wasm-release/bindings/tidemark.${extension}`));
    writeIfChanged('build/wasm/glue.js', made('js').toString());
    writeIfChanged('build/wasm/glue.d.ts', glueTypes);
    writeIfChanged('build/wasm/bytes.js', `export default '${made('wasm').toString('base64')}';\n`);
    writeIfChanged('build/wasm/bytes.d.ts', bytesTypes);
  });

/** Bundles the package into dist/. Needs the Wasm. */
export const buildPackage = () =>
  step('package', () =>
    unlessFresh(
      {
        name: 'package',
        inputs: [
          'js',
          'build/wasm',
          'tsdown.config.ts',
          'tsconfig.json',
          'package-lock.json',
          'package.json',
        ],
        output: 'dist/index.js',
      },
      () => must(process.execPath, ['node_modules/tsdown/dist/run.mjs', '--logLevel', 'warn']),
    ),
  );

/** Builds the demo's page. Needs the package. */
export const buildDemo = () =>
  step('demo page', () =>
    unlessFresh(
      {
        name: 'demo',
        inputs: ['demo', 'js', 'build/wasm', 'package-lock.json', 'package.json'],
        output: 'demo/app/dist/index.html',
        // What Vite writes into the page.
        setting: JSON.stringify(
          Object.entries(process.env).filter(([variable]) => variable.startsWith('VITE_')),
        ),
      },
      () =>
        must(process.execPath, [
          'node_modules/vite/bin/vite.js',
          'build',
          'demo/app',
          '--logLevel',
          'warn',
        ]),
    ),
  );
