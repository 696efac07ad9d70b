import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { report } from './report.ts';
import { openFilesOf, runTrial } from './trial.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    nats: { type: 'boolean' },
    clients: { type: 'string' },
    rate: { type: 'string' },
    seconds: { type: 'string' },
  },
});
const quick = values.quick === true;
const number = (text: string | undefined, otherwise: number) => {
  const value = Number(text ?? otherwise);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`'${text}' is no number above 0`);
};
/** Of one process: nginx takes three a client, the other processes less. */
function checkOpenFiles(needed: number): void {
  const limit =
    Number(execFileSync('sh', ['-c', 'ulimit -Hn']).toString()) || Number.POSITIVE_INFINITY;
  if (limit >= needed) return;
  console.error(`${needed} open files are needed and ${limit} allowed: raise \`ulimit -Hn\`.`);
  process.exit(1);
}

const plan = {
  clients: number(values.clients, quick ? 150 : 3000),
  crowds: quick ? 1 : 3,
  rowsPerSecond: number(values.rate, quick ? 100 : 500),
  seconds: number(values.seconds, quick ? 4 : 20),
  nats: values.nats === true,
  log: (line: string) => console.log(`  ${line}`),
};
checkOpenFiles(openFilesOf(plan.clients));
const result = await runTrial(plan);
console.log(report(plan, result));
const repeated = result.phases.reduce((sum, phase) => sum + phase.repeated, 0);
process.exit(result.different === 0 && repeated === 0 ? 0 : 1);
