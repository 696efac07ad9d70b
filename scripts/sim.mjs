// npm run sim -- --seeds N [--from S] [--save]   bad networks in virtual time, seed by seed
// npm run sim -- --replay FILE…                  recorded schedules; without a file all of them
// npm run sim -- --mutants [NAME]                plants bugs in the core: each must be caught
//
// A violation is cut down to the steps that it needs and printed; --save keeps it in
// tests/vectors/sim, where `npm test` replays it for ever. --jobs: processes, default 2.
import { relative } from 'node:path';
import { huntAll } from './lib/mutants.mjs';
import { root } from './lib/paths.mjs';
import { Failure, main, seconds, step } from './lib/run.mjs';
import {
  buildSimulator,
  keepVector,
  minimal,
  simulate,
  simulateSeeds,
  simulator,
  vectors,
} from './lib/simulator.mjs';

const mostExplained = 3;

function parse(words) {
  const options = { seeds: 4000, from: 0, jobs: 2, save: false };
  for (let at = 0; at < words.length; at++) {
    const name = /^--(seeds|from|jobs)$/.exec(words[at])?.[1];
    if (name) {
      const value = Number(words[++at]);
      if (!Number.isSafeInteger(value) || value < 0) throw new Failure(`--${name} takes a number`);
      options[name] = value;
    } else if (words[at] === '--save') options.save = true;
    else if (words[at] === '--mutants') options.mutants = words[++at] ?? '';
    else if (words[at] === '--replay') {
      options.replay = words.slice(at + 1);
      break;
    } else throw new Failure(`${words[at]} is not an option; see scripts/sim.mjs`);
  }
  return options;
}

function print(counts) {
  for (const [name, count] of counts) console.log(`${name}=${count}`);
}

async function explain(violation, save) {
  const seed = /seed=(\d+)/.exec(violation)?.[1];
  const schedule = seed && (await minimal(seed));
  if (!schedule) return;
  console.log(`\nthe shortest schedule for seed ${seed}:\n${schedule}`);
  const path = save ? keepVector(seed, schedule) : undefined;
  console.log(
    path
      ? `npm run sim -- --replay ${path}`
      : `with --save it becomes a file that --replay and npm test run`,
  );
}

async function runSeeds(options) {
  const start = performance.now();
  const { counts, violations } = await simulateSeeds({ ...options, onViolation: console.log });
  for (const each of violations.slice(0, mostExplained)) await explain(each, options.save);
  console.log(`time=${seconds(performance.now() - start)}`);
  print(counts);
  return violations.length === 0 ? 0 : 1;
}

async function replay(files) {
  const chosen = files.length > 0 ? files : vectors();
  if (chosen.length === 0) throw new Failure('there is no recorded schedule');
  const { code, violations, counts } = await simulate(simulator, ['--replay', ...chosen]);
  for (const each of violations) console.log(each);
  print(counts);
  for (const each of chosen) console.log(`  ${relative(root, each)}`);
  return code;
}

main(async () => {
  const options = parse(process.argv.slice(2));
  await step('simulator', buildSimulator);
  if (options.replay) return replay(options.replay);
  if (options.mutants === undefined) return runSeeds(options);
  return (await huntAll(Math.max(options.jobs, 1), options.mutants)) === 0 ? 0 : 1;
});
