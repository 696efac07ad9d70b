// npm run size: what an app's bundle pays for Tidemark, and for its peers, measured the same way:
// minified by Vite, React and TanStack Query left out, each chunk compressed by itself.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { ours, peers } from '../tests/size/contenders.mjs';
import { buildPackage, buildWasm } from './lib/build.mjs';
import { root } from './lib/paths.mjs';
import { bold, main, must, step } from './lib/run.mjs';
import { setup } from './setup.mjs';

const folder = join(root, 'tests/size');

/** The chunks of the core, by the beginning of their names, and when they are loaded. */
const LAZY = [
  [/^(bytes|glue)/, 'core'],
  [/^scalar/, 'fallback'],
  [/./, 'when asked for'],
];

async function ensurePeers() {
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return;
  await step('the peers', () =>
    must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder }),
  );
}

/** The chunks of a module with this text, bundled as an app would. */
async function bundle({ name, code }) {
  const { build } = await import('vite');
  const entry = join(folder, 'entry.js');
  const text = code.replaceAll('DIST', join(root, 'dist').replaceAll('\\', '/'));
  const { output } = await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    // Nothing is written: the entry is only a name.
    plugins: [
      {
        name: 'entry',
        enforce: 'pre',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? text : null),
      },
    ],
    build: {
      write: false,
      minify: true,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: entry,
        external: [
          /^react($|\/)/,
          ...(name === '@tanstack/react-query' ? [] : [/^@tanstack\/react-query$/]),
        ],
        preserveEntrySignatures: 'strict',
      },
    },
  });
  return output.filter(({ type }) => type === 'chunk');
}

/** @typedef {{ raw: number, gzip: number, brotli: number }} Weight */

const weightOf = (bytes) => ({
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotliCompressSync(bytes).length,
});

const sum = (weights) =>
  weights.reduce(
    (total, each) => ({
      raw: total.raw + each.raw,
      gzip: total.gzip + each.gzip,
      brotli: total.brotli + each.brotli,
    }),
    { raw: 0, gzip: 0, brotli: 0 },
  );

/** What a contender weighs: what is there at once, and each part that is loaded later. */
async function weigh(contender) {
  const parts = new Map();
  const add = (part, code) =>
    parts.set(part, [...(parts.get(part) ?? []), weightOf(Buffer.from(code))]);
  const chunks = await bundle(contender);
  const atOnce = new Set();
  const follow = (chunk) => {
    if (!chunk || atOnce.has(chunk)) return;
    atOnce.add(chunk);
    for (const name of chunk.imports) follow(chunks.find(({ fileName }) => fileName === name));
  };
  follow(chunks.find(({ isEntry }) => isEntry));
  for (const chunk of chunks) {
    const lazy = LAZY.find(([pattern]) => pattern.test(chunk.name))[1];
    add(atOnce.has(chunk) ? 'at once' : lazy, chunk.code);
  }
  return Object.fromEntries([...parts].map(([part, weights]) => [part, sum(weights)]));
}

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(11);
const print = (name, { raw, gzip, brotli }) =>
  console.log(`${name.padEnd(52)}${kilobytes(raw)}${kilobytes(gzip)}${kilobytes(brotli)}`);

main(async () => {
  await setup('build');
  await buildWasm();
  await buildPackage();
  await ensurePeers();

  console.log(bold(`\n${''.padEnd(52)}   minified       gzip     brotli`));
  for (const contender of [...ours, ...peers]) {
    const { 'at once': atOnce, core, fallback, 'when asked for': rest } = await weigh(contender);
    const besides = contender.with ? ` (and ${contender.with})` : '';
    print(`${contender.name}${besides}`, core ? sum([atOnce, core]) : atOnce);
    if (core) print('  at once', atOnce);
    if (core) print('  the core, with the first query', core);
    if (contender === ours[0]) {
      print('  not loaded: recorder, replay, kept edits', rest);
      print('  not loaded: the core without WebAssembly', fallback);
    }
  }
  const wasm = weightOf(readFileSync(join(root, 'dist/tidemark.wasm')));
  print('tidemark.wasm, in the place of its bytes', wasm);
});
