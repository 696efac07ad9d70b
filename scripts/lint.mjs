// npm run lint [-- --fix] [-- --tidy]: style of all sources and the types.
// --fix rewrites what can be rewritten, --tidy adds clang-tidy.
import { join } from 'node:path';
import { buildWasm } from './lib/build.mjs';
import { filesUnder } from './lib/fresh.mjs';
import { root } from './lib/paths.mjs';
import { Failure, main, must, run, step } from './lib/run.mjs';
import { setup } from './setup.mjs';

const node = process.execPath;
const fix = process.argv.includes('--fix');
const withTidy = process.argv.includes('--tidy');

const cppFiles = (pattern, ...folders) =>
  folders
    .flatMap((folder) => [...filesUnder(join(root, folder))])
    .filter((file) => pattern.test(file));

const checks = [
  {
    title: 'biome',
    run: () =>
      run(node, ['node_modules/@biomejs/biome/bin/biome', 'check', ...(fix ? ['--write'] : [])]),
  },
  {
    title: 'clang-format',
    run: () =>
      run('clang-format', [
        ...(fix ? ['-i'] : ['--dry-run', '-Werror']),
        ...cppFiles(/\.(cpp|h)$/, 'src', 'bindings', 'tests'),
      ]),
  },
  { title: 'types', run: () => run(node, ['node_modules/typescript/bin/tsc', '--noEmit']) },
];

const tidy = {
  title: 'clang-tidy',
  run: async () => {
    // It reads the compile commands that configuring writes.
    await must('cmake', ['--preset', 'native-debug'], { capture: true });
    return run('clang-tidy', ['--quiet', '-p', 'build/native-debug', ...cppFiles(/\.cpp$/, 'src')]);
  },
};

main(async () => {
  await setup(withTidy ? 'tidy' : 'lint');
  await buildWasm();
  const failed = [];
  for (const check of withTidy ? [...checks, tidy] : checks) {
    const { code } = await step(check.title, check.run);
    if (code !== 0) failed.push(check.title);
  }
  if (failed.length > 0) throw new Failure(`${failed.join(', ')} found something`);
});
