// Puts a run where readers look: charts and data in docs/bench/, the table in README.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { barChart } from './chart.mjs';
import { tableOf } from './table.mjs';

const root = new URL('../../../', import.meta.url);

const charts = [
  ['poll', 'Poll of 10,000 rows, 1 % changed: bytes → new array', ['poll', 10_000, '1 %']],
  ['ingest', 'One event for an observed list of 10,000 rows', ['ingest', 10_000, 'updates']],
  [
    'live',
    'Filter, order, limit 50 over 100,000 rows: one update',
    ['live', 100_000, 'in the window'],
  ],
  ['memory', 'Memory for a row of 480 bytes, 100,000 rows', ['memory', 100_000, 'list held']],
];

const BEGIN = '<!-- bench:begin, written by npm run bench -- --chart -->';
const END = '<!-- bench:end -->';

function replaceBetween(text, part) {
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error('README.md has no place for the benchmark');
  return `${text.slice(0, start)}${BEGIN}\n${part}\n${text.slice(end)}`;
}

/** One result a line, so that two runs can be compared with a diff. */
const dataOf = ({ run, results }) =>
  `{\n"run": ${JSON.stringify(run)},\n"results": [\n${results.map((each) => JSON.stringify(each)).join(',\n')}\n]\n}\n`;

export function publish(report) {
  const { run, results } = report;
  const folder = new URL('docs/bench/', root);
  mkdirSync(folder, { recursive: true });
  const where = `${run.date}, ${run.machine}, Node ${run.node}`;
  const drawn = [];
  for (const [name, title, [workload, rows, change]] of charts) {
    const shown = results.filter(
      (each) => each.workload === workload && each.rows === rows && each.change === change,
    );
    if (shown.length === 0) continue;
    const how = workload === 'memory' ? '' : `; ${run.clock}`;
    const note = `${where}${how}; logarithmic, shorter is better`;
    writeFileSync(new URL(`${name}.svg`, folder), barChart(title, note, shown));
    drawn.push(`![${title}](docs/bench/${name}.svg)`);
  }
  writeFileSync(new URL('run.json', folder), dataOf(report));
  const readme = new URL('README.md', root);
  const part = `${tableOf(report)}\n\n${drawn.join('\n')}`;
  writeFileSync(readme, replaceBetween(readFileSync(readme, 'utf8'), part));
  console.log(`\nwrote docs/bench/ and README.md's table`);
}
