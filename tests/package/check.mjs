// Packs the package, installs it into an empty project and uses it there as an application would.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { weighed } from '../size/budgets.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = dirname(fileURLToPath(import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'tidemark-package-'));
let failed = 0;
let passed = 0;

function check(name, work) {
  try {
    work();
    passed++;
    console.log(`ok - ${name}`);
  } catch (error) {
    failed++;
    const output = `${error.stdout ?? ''}${error.stderr ?? ''}` || error.message;
    console.log(`not ok - ${name}\n${output.replace(/^/gm, '    ')}`);
  }
}

const quietly = (command, args, cwd) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

function pack() {
  const made = quietly(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', project],
    root,
  );
  const [{ filename, files }] = JSON.parse(made);
  return { tarball: join(project, filename), files: files.map((file) => file.path) };
}

/** attw deletes what it was given. */
function copyOf(tarball) {
  const copy = tarball.replace('.tgz', '-copy.tgz');
  copyFileSync(tarball, copy);
  return copy;
}

/** The tarball has no dependency of its own; the peers are the repository's. */
function install(tarball) {
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  quietly(
    'npm',
    ['install', '--offline', '--legacy-peer-deps', '--no-audit', '--no-fund', tarball],
    project,
  );
  for (const name of ['react', 'react-dom', '@tanstack/react-query', '@types/react']) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  for (const file of ['parts.cjs', 'use.mjs', 'use.cjs', 'both.mjs', 'types.ts', 'types.cts'])
    copyFileSync(join(here, 'project', file), join(project, file));
}

const DOORS = ['index', 'react', 'entities', 'devtools', 'testing'];
const ALLOWED =
  /^(dist\/[\w.-]+\.(c?js|d\.c?ts)|dist\/tidemark\.wasm|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;

function holdsOnlyWhatIsNeeded(files) {
  const extra = files.filter((file) => !ALLOWED.test(file));
  if (extra.length > 0) throw new Error(`not needed: ${extra.join(', ')}`);
  const needed = [
    ...DOORS.flatMap((door) => ['js', 'cjs', 'd.ts', 'd.cts'].map((end) => `dist/${door}.${end}`)),
    'dist/tidemark.wasm',
    'dist/worker.js',
    'LICENSE',
    'README.md',
  ];
  const missing = needed.filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`left out: ${missing.join(', ')}`);
}

/** What npm needs to know to publish with a statement of where the package was built. */
function namesItsSource() {
  const { repository, publishConfig, homepage, bugs } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const isComplete =
    /^git\+https:/.test(repository?.url) && publishConfig?.provenance && homepage && bugs;
  if (!isComplete) throw new Error('repository, publishConfig.provenance, homepage or bugs');
}

/** Code that is loaded when it is needed may wait; a module that all others wait for may not. */
function waitsForNothing(files) {
  const scripts = files.filter((file) => /\.c?js$/.test(file));
  const waiting = scripts.filter((file) =>
    /^(const .*= )?await\b/m.test(readFileSync(join(root, file))),
  );
  if (waiting.length > 0) throw new Error(`await at the top of ${waiting.join(', ')}`);
}

const tool = (name, ...args) => quietly(join(root, 'node_modules/.bin', name), args, project);

function typeCheck(moduleResolution) {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution,
  };
  const config = JSON.stringify({
    compilerOptions,
    files: moduleResolution === 'bundler' ? ['types.ts'] : ['types.ts', 'types.cts'],
  });
  writeFileSync(join(project, 'tsconfig.json'), config);
  quietly(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], project);
}

try {
  const { tarball, files } = pack();
  check('holds only what is needed', () => holdsOnlyWhatIsNeeded(files));
  check('installs into an empty project without a network', () => install(tarball));
  check('names its source', namesItsSource);
  check('has no top-level await', () => waitsForNothing(files));
  for (const { name, bytes, most } of await weighed()) {
    check(`${name} weighs ${bytes} bytes, ${most} at the most`, () => {
      if (bytes > most) throw new Error('npm run size prints what it consists of');
    });
  }
  for (const script of ['use.mjs', 'use.cjs']) {
    for (const part of ['exports', 'react', 'entities', 'polling', 'devtools', 'testing']) {
      check(`works when installed: ${script} ${part}`, () =>
        quietly(process.execPath, [script, part], project),
      );
    }
  }
  for (const part of ['errors', 'integration', 'configuration', 'core']) {
    check(`import and require are one world: ${part}`, () =>
      quietly(process.execPath, ['both.mjs', part], project),
    );
  }
  for (const resolution of ['bundler', 'nodenext']) {
    check(`types resolve with moduleResolution ${resolution}`, () => typeCheck(resolution));
  }
  check('publint finds nothing', () => tool('publint', tarball, '--strict'));
  // Files to be served: they are no modules, and have no types.
  check('attw finds nothing', () =>
    tool(
      'attw',
      copyOf(tarball),
      '--profile',
      'node16',
      '--exclude-entrypoints',
      'tidemark.wasm',
      'worker.js',
    ),
  );
} finally {
  rmSync(project, { recursive: true, force: true });
}
console.log(`${passed} of ${passed + failed} package checks passed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
