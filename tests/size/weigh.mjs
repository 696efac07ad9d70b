// What a module costs an app: bundled and minified by Vite, React and TanStack Query left out, each chunk
// compressed by itself. Needs the package.
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { root } from '../../scripts/lib/paths.mjs';

const folder = join(root, 'tests/size');

/** The chunks of the core, by the beginning of their names, and when they are loaded. */
const LAZY = [
  [/^(bytes|glue)/, 'core'],
  [/^scalar/, 'fallback'],
  [/./, 'when asked for'],
];

/** The chunks of a module with this text, bundled as an app would. */
async function bundle({ name, code }) {
  const { build } = await import('vite');
  // Vite makes it that of its own build, for this process and all that it starts.
  const { NODE_ENV } = process.env;
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
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
  return output.filter(({ type }) => type === 'chunk');
}

/** @typedef {{ raw: number, gzip: number, brotli: number }} Weight */

export const weightOf = (bytes) => ({
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotliCompressSync(bytes).length,
});

export const sum = (weights) =>
  weights.reduce(
    (total, each) => ({
      raw: total.raw + each.raw,
      gzip: total.gzip + each.gzip,
      brotli: total.brotli + each.brotli,
    }),
    { raw: 0, gzip: 0, brotli: 0 },
  );

/** What a contender weighs: what is there at once, and each part that is loaded later. */
export async function weigh(contender) {
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
