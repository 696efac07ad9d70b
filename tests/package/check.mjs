// Packs the package, installs it into an empty project and uses it there as an application would.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  for (const file of ['use.mjs', 'types.ts'])
    copyFileSync(join(here, 'project', file), join(project, file));
}

function holdsOnlyWhatIsNeeded(files) {
  const allowed = /^(dist\/[\w.-]+\.(js|d\.ts)|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
  const extra = files.filter((file) => !allowed.test(file));
  if (extra.length > 0) throw new Error(`not needed: ${extra.join(', ')}`);
  const needed = [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/react.js',
    'dist/react.d.ts',
    'dist/entities.js',
    'dist/entities.d.ts',
    'dist/testing.js',
    'dist/testing.d.ts',
    'LICENSE',
    'README.md',
  ];
  const missing = needed.filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`left out: ${missing.join(', ')}`);
}

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
  const config = JSON.stringify({ compilerOptions, files: ['types.ts'] });
  writeFileSync(join(project, 'tsconfig.json'), config);
  quietly(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], project);
}

try {
  const { tarball, files } = pack();
  check('holds only what is needed', () => holdsOnlyWhatIsNeeded(files));
  check('installs into an empty project without a network', () => install(tarball));
  for (const part of ['exports', 'react', 'entities', 'polling', 'testing']) {
    check(`works when installed: ${part}`, () =>
      quietly(process.execPath, ['use.mjs', part], project),
    );
  }
  for (const resolution of ['bundler', 'nodenext']) {
    check(`types resolve with moduleResolution ${resolution}`, () => typeCheck(resolution));
  }
} finally {
  rmSync(project, { recursive: true, force: true });
}
console.log(`${passed} of ${passed + failed} package checks passed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
