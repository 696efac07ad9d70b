// npm run fuzz [-- target ...] [--seconds N]: each fuzz target for N seconds (60), with
// sanitizers. What it finds stays in build/fuzz/corpus, so that the next run goes on from there.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeds, words } from '../tests/fuzz/seeds.mjs';
import { cmakeBuild } from './lib/cmake.mjs';
import { root } from './lib/paths.mjs';
import { bold, Failure, main, run, step } from './lib/run.mjs';
import { setup } from './setup.mjs';

const folder = (...parts) => {
  const path = join(root, 'build/fuzz', ...parts);
  mkdirSync(path, { recursive: true });
  return path;
};

function chosen(args) {
  const at = args.indexOf('--seconds');
  const seconds = at < 0 ? 60 : Number(args[at + 1]);
  if (!(seconds > 0)) throw new Failure('--seconds wants a number above 0');
  const names = at < 0 ? args : args.filter((_, i) => i !== at && i !== at + 1);
  const known = Object.keys(seeds);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown)
    throw new Failure(`no fuzz target is called "${unknown}"; there are ${known.join(', ')}`);
  return { seconds, targets: names.length === 0 ? known : names };
}

const quoted = (word) =>
  `"${[...Buffer.from(word)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;

function writeSeeds(target) {
  const path = folder('seeds', target);
  for (const [i, seed] of seeds[target].entries()) writeFileSync(join(path, String(i)), seed);
  writeFileSync(join(folder(), 'words.dict'), `${words.map(quoted).join('\n')}\n`);
  return path;
}

async function fuzz(target, seconds) {
  await cmakeBuild('fuzz', `fuzz_${target}`);
  const crashes = folder('crashes', target);
  const { code, output } = await run(
    join(root, `build/fuzz/tests/fuzz/fuzz_${target}`),
    [
      `-max_total_time=${seconds}`,
      '-max_len=2048',
      '-timeout=20',
      '-print_final_stats=1',
      `-dict=${join(folder(), 'words.dict')}`,
      `-artifact_prefix=${crashes}/`,
      folder('corpus', target),
      writeSeeds(target),
    ],
    { capture: true, timeout: (seconds + 120) * 1000 },
  );
  if (code !== 0) console.error(output.split('\n').slice(-60).join('\n'));
  const last = (pattern) => [...output.matchAll(pattern)].at(-1)?.[1] ?? '?';
  return {
    target,
    failed: code !== 0,
    runs: last(/number_of_executed_units: (\d+)/g),
    edges: last(/ cov: (\d+)/g),
    corpus: String(readdirSync(folder('corpus', target)).length),
    crashes: readdirSync(crashes),
  };
}

main(async () => {
  const { seconds, targets } = chosen(process.argv.slice(2));
  await setup('fuzz');
  const rows = [];
  for (const target of targets) {
    rows.push(await step(`fuzz ${target}`, () => fuzz(target, seconds)));
  }
  console.log(bold('\ntarget            runs    edges   corpus'));
  for (const { target, runs, edges, corpus, failed } of rows) {
    const cells = `${runs.padStart(10)}${edges.padStart(9)}${corpus.padStart(9)}`;
    console.log(`${target.padEnd(12)}${cells}${failed ? '  ✗' : ''}`);
  }
  const failed = rows.filter((row) => row.failed);
  for (const { target, crashes } of failed) {
    console.error(`✗ ${target}: build/fuzz/crashes/${target}/ ${crashes.join(' ')}`);
    console.error('  make the input a test in tests/core before it is fixed');
  }
  return failed.length === 0 ? 0 : 1;
});
