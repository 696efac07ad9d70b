// npm run size: what an application's bundle pays for each of the package's doors, minified, raw and brotli.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { buildPackage, buildWasm } from './lib/build.mjs';
import { root } from './lib/paths.mjs';
import { main } from './lib/run.mjs';
import { setup } from './setup.mjs';

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(10);

/** Bundles entries as an application would, with its own copies of the peers. */
async function bundle(entries) {
  const { build } = await import('vite');
  const { output } = await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: Object.fromEntries(entries.map((name) => [name, join(root, `dist/${name}.js`)])),
        external: [/^react($|\/)/, /^@tanstack\//],
        preserveEntrySignatures: 'strict',
      },
    },
  });
  return output.filter((chunk) => chunk.type === 'chunk');
}

main(async () => {
  await setup('build');
  await buildWasm();
  await buildPackage();

  const rows = (await bundle(['index', 'react', 'entities'])).map(
    ({ fileName, code, isEntry }) => ({
      name: `${fileName.replace(/^assets\//, '').replace(/-[\w-]{8}\.js$/, '')} (${isEntry ? 'entry' : 'chunk'})`,
      code: Buffer.from(code),
    }),
  );
  const total = { name: 'all JavaScript', raw: 0, brotli: 0 };
  console.log('\nminified                            raw    brotli');
  const print = ({ name, raw, brotli }) =>
    console.log(`${name.padEnd(30)}${kilobytes(raw)}${kilobytes(brotli)}`);
  for (const { name, code } of rows) {
    const row = { name, raw: code.length, brotli: brotliCompressSync(code).length };
    total.raw += row.raw;
    total.brotli += row.brotli;
    print(row);
  }
  print(total);
  const wasm = readFileSync(join(root, 'build/wasm-release/bindings/tidemark.wasm'));
  print({
    name: 'of which Wasm, not as base64',
    raw: wasm.length,
    brotli: brotliCompressSync(wasm).length,
  });
});
