import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { filesUnder } from './fresh.mjs';
import { root } from './paths.mjs';
import { Failure, run } from './run.mjs';
import { simulate } from './simulator.mjs';

const build = join(root, 'build/sim');
const workshop = join(root, 'build/mutants');
const mostSeeds = 40_000;

/** @typedef {{ name: string, file: string, find: string, replace: string }} Mutant */

/** @returns {Mutant[]} the planted bugs */
export const mutants = () => JSON.parse(readFileSync(join(root, 'tests/sim/mutants.json'), 'utf8'));

/** The mutated text. @throws Failure when the list is stale */
export function mutate({ name, file, find, replace }) {
  const parts = readFileSync(join(root, file), 'utf8').split(find);
  if (parts.length !== 2) {
    throw new Failure(
      `mutant "${name}": its text occurs ${parts.length - 1} times in ${file}; bring tests/sim/mutants.json up to date`,
    );
  }
  return parts.join(replace);
}

/** How the build compiles each source, without its input and output. */
function compileCommands() {
  const commands = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8'));
  return new Map(
    commands.map(({ file, command }) => [file, command.replace(/ -o \S+ -c \S+$/, ' -w')]),
  );
}

async function shell(command) {
  const { code, output } = await run('sh', ['-c', command], { cwd: build, capture: true });
  if (code !== 0) throw new Failure(`${command}\n${output}`);
}

/** The core's sources that include a header, also by way of others, as the compiler found them. */
async function sourcesWith(header) {
  const { output } = await run('ninja', ['-t', 'deps'], { cwd: build, capture: true });
  const found = output.split('\n\n').flatMap((object) => {
    const files = object
      .split('\n')
      .slice(1)
      .map((line) => relative(root, resolve(build, line.trim())));
    return files[0]?.startsWith('src/') && files.includes(header) ? [files[0]] : [];
  });
  if (found.length === 0) throw new Failure(`no source of the core includes ${header}`);
  return found;
}

function copySource(source, to) {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, readFileSync(join(root, source)));
}

/** Links a simulator whose core has the bug. Sources that are not touched come from the library. */
async function buildMutant(mutant, number) {
  const folder = join(workshop, String(number));
  const isHeader = mutant.file.endsWith('.h');
  const place = join(folder, mutant.file);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, mutate(mutant));
  const commands = compileCommands();
  const objects = [];
  for (const source of isHeader ? await sourcesWith(mutant.file) : [mutant.file]) {
    const command = commands.get(join(root, source));
    if (!command) throw new Failure(`mutant "${mutant.name}": ${source} is not compiled`);
    const object = join(folder, `${objects.length}-${basename(source)}.o`);
    const from = join(folder, source);
    // A copy beside the header: what a source includes is looked for next to it first.
    if (isHeader) copySource(source, from);
    const mutated = command.replace(' -I', ` -I'${join(folder, 'src')}' -I`);
    await shell(`${mutated} -o '${object}' -c '${from}'`);
    objects.push(object);
  }
  const own = [...filesUnder(join(build, 'tests/sim/CMakeFiles'))].filter((file) =>
    file.endsWith('.o'),
  );
  const program = join(folder, 'tidemark_sim');
  const parts = [...objects, ...own, join(build, 'libtidemark_core.a')];
  await shell(`clang++ -o '${program}' ${parts.map((part) => `'${part}'`).join(' ')}`);
  return program;
}

/** Runs schedules on one mutant until something is violated. */
async function hunt(mutant, number) {
  const program = await buildMutant(mutant, number);
  const { violations } = await simulate(program, ['--first', '--seeds', String(mostSeeds)]);
  const found = /^violation (\S+) seed=(\d+)/.exec(violations[0] ?? '');
  return { mutant, invariant: found?.[1], seed: found?.[2] };
}

/** Hunts every mutant, `jobs` at a time, and prints a table. Returns how many survived. */
export async function huntAll(jobs, chosen = '') {
  const waiting = mutants()
    .map((mutant, number) => ({ mutant, number }))
    .filter(({ mutant }) => mutant.name.includes(chosen));
  for (const { mutant } of waiting) mutate(mutant);
  const width = Math.max(...waiting.map(({ mutant }) => mutant.name.length));
  let survivors = 0;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { mutant, invariant, seed } = await hunt(next.mutant, next.number);
      const fate = invariant ? `caught by ${invariant.padEnd(6)} at seed ${seed}` : 'SURVIVED';
      console.log(`${mutant.name.padEnd(width)}  ${fate}`);
      if (!invariant) survivors++;
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return survivors;
}
