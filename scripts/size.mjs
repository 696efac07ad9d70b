// npm run size: what an app's bundle pays for Tidemark, and for its peers, measured the same way. Fails
// where a budget is exceeded.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { weighed } from '../tests/size/budgets.mjs';
import { ours, peers } from '../tests/size/contenders.mjs';
import { sum, weigh, weightOf } from '../tests/size/weigh.mjs';
import { buildPackage, buildWasm } from './lib/build.mjs';
import { root } from './lib/paths.mjs';
import { bold, Failure, main, must, step } from './lib/run.mjs';
import { setup } from './setup.mjs';

const folder = join(root, 'tests/size');

async function ensurePeers() {
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return;
  await step('the peers', () =>
    must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder }),
  );
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

  console.log(bold(`\n${'budget, brotli'.padEnd(52)}   measured       most     target`));
  const kept = await weighed();
  for (const { name, bytes, most, target = most } of kept) {
    const met = bytes <= target ? '' : '  target missed';
    console.log(`${name.padEnd(52)}${[bytes, most, target].map(kilobytes).join('')}${met}`);
  }
  const exceeded = kept.filter(({ bytes, most }) => bytes > most);
  if (exceeded.length > 0) {
    throw new Failure(`over the budget: ${exceeded.map(({ name }) => name).join(', ')}`);
  }
});
