import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildDemo, buildPackage } from './build.mjs';
import { cmakeBuild } from './cmake.mjs';
import { mutants, mutate } from './mutants.mjs';
import { root } from './paths.mjs';
import { run } from './run.mjs';
import { buildSimulator, simulate, simulateSeeds, simulator, vectors } from './simulator.mjs';

/** @typedef {{ passed: number, failed: number, skipped?: number }} Count */

const node = process.execPath;
const minutes = 60_000;

/** @returns {Count} a check that is one test by itself */
const single = ({ code }) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });

/** A runner that ends badly without naming a failed test has failed in some other way. */
const orCrash = (code, count) =>
  code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;

const numberAfter = (text, pattern) => Number(text.match(pattern)?.[1] ?? 0);

async function googleTest(preset, command, args) {
  await cmakeBuild(preset, 'tidemark_tests');
  const { code, output } = await run(command, [...args, '--gtest_brief=1'], {
    capture: 'show',
    timeout: 10 * minutes,
  });
  // With --gtest_brief there is no count of failures: they are what is left of the total.
  const passed = numberAfter(output, /\[ {2}PASSED {2}\] (\d+) test/);
  const skipped = numberAfter(output, /\[ {2}SKIPPED \] (\d+) test/);
  const ran = numberAfter(output, /\[=+\] (\d+) tests? from .* ran\./);
  return orCrash(code, { passed, skipped, failed: Math.max(0, ran - passed - skipped) });
}

/** Two thousand bad networks, the recorded ones, and a look whether the mutants still apply. */
async function simulation() {
  await buildSimulator();
  const seeds = await simulateSeeds({ seeds: 4000, from: 0, jobs: 2, onViolation: console.log });
  const recorded = vectors();
  const replayed =
    recorded.length === 0
      ? { violations: [] }
      : await simulate(simulator, ['--replay', ...recorded], console.log);
  for (const mutant of mutants()) mutate(mutant);
  const good = (violations, code = 0) => (violations.length === 0 && code === 0 ? 1 : 0);
  const passed = good(seeds.violations) + recorded.length - replayed.violations.length + 1;
  return { passed, failed: recorded.length + 2 - passed };
}

/** Runs `work` and reads the JSON report that it leaves, undefined when it left none. */
async function withReport(path, work) {
  const file = join(root, path);
  rmSync(file, { force: true });
  const { code } = await work();
  return { code, report: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined };
}

async function vitest() {
  const path = 'test-results/vitest.json';
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
  const { code, report } = await withReport(path, () =>
    run(node, ['node_modules/vitest/vitest.mjs', 'run', ...reporters], { timeout: 10 * minutes }),
  );
  // A file that does not load fails without a test of its own.
  const unloaded = (report?.testResults ?? []).filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return orCrash(code, {
    passed: report?.numPassedTests ?? 0,
    failed: (report?.numFailedTests ?? 0) + unloaded.length,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  });
}

async function playwright(browser, ...args) {
  const { code, report } = await withReport('test-results/playwright.json', () =>
    run(node, ['node_modules/@playwright/test/cli.js', 'test', `--project=${browser}`, ...args], {
      // A machine that is busy with more than this took above 15.
      timeout: 25 * minutes,
    }),
  );
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report?.stats ?? {};
  if (flaky > 0) console.log(`  at the second try: ${flaky} (above, as flaky)`);
  return orCrash(code, { passed: expected + flaky, failed: unexpected, skipped });
}

/** A script of `tests/package`, which prints a line `ok` or `not ok` for each of its checks. */
async function packageCheck(script) {
  await buildPackage();
  const { code, output } = await run(node, [`tests/package/${script}`], {
    capture: 'show',
    timeout: 15 * minutes,
  });
  const lines = (pattern) => output.match(pattern)?.length ?? 0;
  return orCrash(code, { passed: lines(/^ok - /gm), failed: lines(/^not ok - /gm) });
}

async function demoPage() {
  await buildPackage();
  await buildDemo();
  return { passed: 1, failed: 0 };
}

/**
 * Parts of titles: the tests that run in Chromium alone, though they pass in Firefox too. Those that
 * cannot say so themselves, with `test.skip`; CONTRIBUTING.md has both.
 */
const NOT_IN_FIREFOX = [
  // What differs between the databases is the server's: there they run with the embedded one.
  ', postgres',
  // Each takes up to a minute there, and the colours are the same style sheet's.
  ', dark',
  // What the demo puts beside Tidemark under load: the work is not the library's.
  'still shows the table',
];

/** All stages in the order in which they run; `group` is what `npm test -- <group>` takes. */
export const stages = [
  {
    group: 'core',
    title: 'core, native with sanitizers',
    run: () =>
      googleTest('native-asan', join(root, 'build/native-asan/tests/core/tidemark_tests'), []),
  },
  {
    group: 'core',
    title: 'core, as Wasm',
    run: () =>
      googleTest('wasm-release', node, ['build/wasm-release/tests/core/tidemark_tests.cjs']),
  },
  { group: 'core', title: 'simulator', run: simulation },
  {
    group: 'js',
    title: 'types',
    run: async () => single(await run(node, ['node_modules/typescript/bin/tsc', '--noEmit'])),
  },
  { group: 'js', title: 'vitest', run: vitest },
  { group: 'e2e', title: 'demo page', run: demoPage },
  { group: 'e2e', title: 'playwright, Chromium', run: () => playwright('chromium') },
  {
    group: 'e2e',
    title: 'playwright, Firefox',
    run: () => playwright('firefox', '--grep-invert', NOT_IN_FIREFOX.join('|')),
  },
  ...(process.platform === 'linux'
    ? [{ group: 'e2e', title: 'WebKitGTK', run: () => playwright('webkitgtk') }]
    : []),
  { group: 'package', title: 'package', run: () => packageCheck('check.mjs') },
  { group: 'fixtures', title: 'bundlers', run: () => packageCheck('fixtures/run.mjs') },
  { group: 'fixtures', title: "stranger's path", run: () => packageCheck('stranger/run.mjs') },
];
