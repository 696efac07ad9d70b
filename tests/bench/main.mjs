// Runs the workloads and reports. Started by scripts/bench.mjs, which builds and installs first.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { threadClock, wallClock } from './lib/clock.mjs';
import { loadEngine } from './lib/engine.mjs';
import { describeRun } from './lib/machine.mjs';
import * as plans from './plans.mjs';
import { publish } from './report/publish.mjs';
import { printCase, printTargets } from './report/report.mjs';
import { runCase, workloads } from './run.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    wall: { type: 'boolean', default: false },
    rows: { type: 'string' },
    json: { type: 'string' },
    chart: { type: 'boolean', default: false },
    from: { type: 'string' },
  },
});

async function measureAll() {
  const unknown = positionals.find((name) => !(name in workloads));
  if (unknown) {
    const known = Object.keys(workloads).join(', ');
    throw new Error(`no workload is called "${unknown}"; there are ${known}`);
  }
  const chosen = positionals.length > 0 ? positionals : Object.keys(workloads);
  const plan = flags.quick ? plans.quick : plans.full;
  const clock = flags.wall ? wallClock : threadClock();
  const { Engine } = await loadEngine();
  const run = describeRun({ clock: clock.name, quick: flags.quick, samples: plan.samples });
  const results = [];
  console.log(`${run.versions}\n${run.machine}\n${run.method}`);
  for (const name of chosen) {
    const workload = workloads[name];
    console.log(`\n${workload.title}`);
    for (const each of workload.cases({ quick: flags.quick })) {
      if (flags.rows && each.rows !== Number(flags.rows)) continue;
      const found = await runCase(workload, each, { plan, clock, Engine });
      results.push(...found);
      printCase(each, found);
    }
  }
  return { run, results };
}

const report = flags.from ? JSON.parse(readFileSync(flags.from, 'utf8')) : await measureAll();
if (!flags.quick) printTargets(report.results);
if (flags.json) writeFileSync(flags.json, `${JSON.stringify(report.results, undefined, 1)}\n`);
if (flags.chart) publish(report);
// A peer may have left a timer.
process.exit(0);
