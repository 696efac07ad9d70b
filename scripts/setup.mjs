// Brings the machine to where `purpose` works: npm packages, and compilers on Debian and Ubuntu.
// Runs before `npm ci`, so it and what it imports use Node alone.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onPath, root } from './lib/paths.mjs';
import { Failure, main, must, run, step } from './lib/run.mjs';
import { missingTools } from './lib/tools.mjs';

const readLock = (path) => JSON.parse(readFileSync(join(root, path), 'utf8')).packages;

/** npm writes its own record of what it installed; it must agree with the lock file. */
function packagesAreInstalled() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const installed = readLock('node_modules/.package-lock.json');
  return Object.entries(readLock('package-lock.json')).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === wanted.version : wanted.optional;
  });
}

async function ensurePackages() {
  if (packagesAreInstalled()) return;
  // No dependency needs its install script, and machines that block them must work too.
  await step('npm packages', () =>
    must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']),
  );
}

/** The first of `names` that apt can install. */
async function aptName(names) {
  for (const name of names) {
    const { output } = await run('apt-cache', ['policy', name], { capture: true });
    if (/Candidate: (?!\(none\))/.test(output)) return name;
  }
  return names[0];
}

async function aptInstall(missing) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=120', '-qq'];
  await must('apt-get', [...lock, 'update'], { env });
  const names = [];
  for (const { apt } of missing) names.push(await aptName(apt));
  console.log(`  installing ${names.join(' ')}`);
  await must(
    'apt-get',
    [...lock, 'install', '-y', '-o', 'Dpkg::Use-Pty=0', '--no-install-recommends', ...names],
    { env, capture: true },
  );
}

async function ensureTools(purpose) {
  const missing = await missingTools(purpose);
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    await step('system packages', () => aptInstall(missing));
  }
  const still = (await missingTools(purpose)).filter((tool) => !tool.optional);
  if (still.length === 0) return;
  for (const { name, apt, brew } of still) {
    console.error(
      `missing: ${name} (Debian, Ubuntu: apt install ${apt.join(' or ')}; elsewhere: ${brew})`,
    );
  }
  throw new Failure(
    `${still.length} of the tools for "${purpose}" missing; install them and run this again`,
  );
}

/** @param {'build' | 'start' | 'screenshots' | 'test' | 'scale' | 'fuzz' | 'lint' | 'tidy'} purpose */
export async function setup(purpose) {
  await ensureTools(purpose);
  await ensurePackages();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(async () => {
    await setup(process.argv[2] ?? 'test');
    console.log('everything that Tidemark needs is here');
  });
}
