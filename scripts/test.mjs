// npm test [-- core|js|e2e|package ...]: every stage, or those of the named groups.
import { buildWasm } from './lib/build.mjs';
import { bold, Failure, main, seconds, step } from './lib/run.mjs';
import { stages } from './lib/stages.mjs';
import { setup } from './setup.mjs';

function chosenStages(groups) {
  const known = [...new Set(stages.map((stage) => stage.group))];
  const unknown = groups.find((group) => !known.includes(group));
  if (unknown)
    throw new Failure(`no group of tests is called "${unknown}"; there are ${known.join(', ')}`);
  return groups.length === 0 ? stages : stages.filter((stage) => groups.includes(stage.group));
}

/** A stage that throws, or that runs no test at all, has failed. */
async function outcome(stage) {
  const start = performance.now();
  let count;
  try {
    count = await step(stage.title, stage.run);
  } catch (error) {
    console.error(error instanceof Failure ? `✗ ${error.message}` : error);
    count = { passed: 0, failed: 1 };
  }
  if (count.passed + count.failed === 0) {
    console.error(`✗ ${stage.title}: no test ran`);
    count = { ...count, failed: 1 };
  }
  return { title: stage.title, time: performance.now() - start, skipped: 0, ...count };
}

function printSummary(rows) {
  console.log(bold('\nstage                          passed  failed  skipped     time'));
  for (const { title, passed, failed, skipped, time } of rows) {
    const cells = [
      String(passed).padStart(7),
      String(failed).padStart(8),
      String(skipped).padStart(9),
    ];
    console.log(
      `${title.padEnd(30)}${cells.join('')}${seconds(time).padStart(9)}${failed ? '  ✗' : ''}`,
    );
  }
}

main(async () => {
  const chosen = chosenStages(process.argv.slice(2));
  const prepared = await outcome({
    title: 'setup and build',
    run: async () => {
      await setup('test');
      await buildWasm();
      return { passed: 1, failed: 0 };
    },
  });
  // Without the Wasm every stage would only repeat that failure. It is no test when it works.
  const rows = prepared.failed ? [prepared] : [];
  if (!prepared.failed) for (const stage of chosen) rows.push(await outcome(stage));
  printSummary(rows);
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
});
