import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cmakeBuild } from './cmake.mjs';
import { root } from './paths.mjs';

const preset = 'sim';

/** The simulator of the core as it is. */
export const simulator = join(root, `build/${preset}/tests/sim/tidemark_sim`);
export const vectorFolder = join(root, 'tests/vectors/sim');

export const buildSimulator = () => cmakeBuild(preset, 'tidemark_sim');

/** The recorded schedules that once violated something. */
export const vectors = () =>
  existsSync(vectorFolder)
    ? readdirSync(vectorFolder)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(vectorFolder, name))
    : [];

/**
 * Runs one simulator process.
 *
 * @param {(line: string) => void} [onViolation] called as they are found
 * @returns {Promise<{ code: number, violations: string[], counts: Map<string, number>, output: string }>}
 */
export function simulate(program, args, onViolation = () => {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const violations = [];
    const counts = new Map();
    let output = '';
    let rest = '';
    const take = (line) => {
      const count = /^([a-z:-]+)=(\d+)$/.exec(line);
      if (count) counts.set(count[1], Number(count[2]));
      if (!line.startsWith('violation ')) return;
      violations.push(line);
      onViolation(line);
    };
    const read = (chunk) => {
      output += chunk;
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', (error) => read(`${error.message}\n`));
    child.on('close', (code) => resolve({ code: code ?? 1, violations, counts, output }));
  });
}

/** Runs `seeds` schedules from seed `from` on, in `jobs` processes that share nothing. */
export async function simulateSeeds({ seeds, from, jobs, onViolation }) {
  const share = Math.ceil(seeds / jobs);
  const runs = [];
  for (let first = 0; first < seeds; first += share) {
    const many = Math.min(share, seeds - first);
    const args = ['--from', String(from + first), '--seeds', String(many)];
    runs.push(simulate(simulator, args, onViolation));
  }
  const counts = new Map();
  const violations = [];
  for (const run of await Promise.all(runs)) {
    violations.push(...run.violations);
    for (const [name, count] of run.counts) counts.set(name, (counts.get(name) ?? 0) + count);
    // An assertion ends a process before it can count.
    if (run.code !== 0 && run.violations.length === 0) violations.push(run.output.trim());
  }
  counts.set('violations', violations.length);
  return { counts, violations };
}

/** The shortest schedule that still violates what `seed` did; undefined when there is none. */
export async function minimal(seed) {
  const { output } = await simulate(simulator, ['--minimise', String(seed)]);
  return output.startsWith('{') ? output : undefined;
}

/** Keeps a schedule as a regression vector. Returns its path below the repository. */
export function keepVector(seed, schedule) {
  const { invariant } = JSON.parse(schedule);
  const path = `tests/vectors/sim/${invariant.toLowerCase()}-${seed}.json`;
  mkdirSync(vectorFolder, { recursive: true });
  writeFileSync(join(root, path), schedule);
  return path;
}
