import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cmakeBuild, emscriptenToolchain } from './cmake.mjs';
import { unlessFresh, writeIfChanged } from './fresh.mjs';
import { root } from './paths.mjs';
import { must, step } from './run.mjs';
import { textOf } from './wasm-text.mjs';

const glueTypes = `/** Emscripten's module factory; js/core/core-module.ts knows what it makes. */
declare const factory: (options: object) => Promise<unknown>;
export default factory;
`;
const bytesTypes = `/** The core's Wasm as text: js/core/wasm-text.ts. */
export declare const text: string;
export declare const digits: string;
export declare const bytes: string;
`;
const buildTypes = `/** Digests of the core's two forms: as Wasm, and as JavaScript. */
export declare const wasmBuild: string;
export declare const scalarBuild: string;
`;

const digestOf = (...pieces) => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex').slice(0, 16);
};

/** A section that names the build, behind all others: js/core/core-source.ts reads it. */
function withSection(wasm, name, text) {
  const content = Buffer.concat([Buffer.from([name.length]), Buffer.from(name + text)]);
  // Sizes below 128 are a byte of their own.
  return Buffer.concat([wasm, Buffer.from([0, content.length]), content]);
}

/** What decides how the core is built, beside the core. */
const makers = ['build', 'cmake', 'wasm-text'].map((name) => `scripts/lib/${name}.mjs`);

async function compileCore() {
  await cmakeBuild('wasm-release', 'tidemark');
  await cmakeBuild('wasm2js-release', 'tidemark');
  const made = (preset, extension) =>
    readFileSync(join(root, `build/${preset}/bindings/tidemark.${extension}`));
  const glue = made('wasm-release', 'js');
  const bare = made('wasm-release', 'wasm');
  const scalar = made('wasm2js-release', 'js');
  const wasmBuild = digestOf(glue, bare);
  const wasm = withSection(bare, 'tidemark', wasmBuild);
  const builds = { wasmBuild, scalarBuild: digestOf(scalar) };
  const constants = (values) =>
    Object.entries(values)
      .map(([name, value]) => `export const ${name} = '${value}';\n`)
      .join('');
  writeIfChanged('build/wasm/glue.js', glue);
  writeIfChanged('build/wasm/glue.d.ts', glueTypes);
  writeIfChanged('build/wasm/scalar.js', scalar);
  writeIfChanged('build/wasm/scalar.d.ts', glueTypes);
  writeIfChanged('build/wasm/tidemark.wasm', wasm);
  writeIfChanged('build/wasm/bytes.js', constants(textOf(wasm)));
  writeIfChanged('build/wasm/bytes.d.ts', bytesTypes);
  writeIfChanged('build/wasm/build.js', constants(builds));
  writeIfChanged('build/wasm/build.d.ts', buildTypes);
}

/**
 * Compiles the core and puts it where package.json's `#core/*` imports look for it. CMake and Ninja
 * would see for themselves that nothing changed, but take seconds for it.
 */
export const buildWasm = () =>
  step('core as Wasm and as JavaScript', () =>
    unlessFresh(
      {
        name: 'wasm',
        inputs: ['CMakeLists.txt', 'CMakePresets.json', 'src', 'bindings', ...makers],
        output: 'build/wasm/build.js',
        setting: String(emscriptenToolchain()),
      },
      compileCore,
    ),
  );

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
