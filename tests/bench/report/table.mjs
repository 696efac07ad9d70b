// The few lines of a run that README.md shows.
import { amountOf } from './report.mjs';

const lines = [
  ['poll, 10,000 rows, nothing changed', 'poll', 10_000, '0 %'],
  ['poll, 10,000 rows, 1 % changed', 'poll', 10_000, '1 %'],
  ['poll, 10,000 rows, 10 % changed', 'poll', 10_000, '10 %'],
  ['poll, 10,000 rows, one row on top', 'poll', 10_000, 'row on top'],
  ['the first 5 polls of a process, 1 %', 'poll', 10_000, 'cold: first 5 polls at 1 %'],
  ['one event, list of 100 rows', 'ingest', 100, 'updates'],
  ['one event, list of 10,000 rows', 'ingest', 10_000, 'updates'],
  ['one event that is a repeat', 'ingest', 10_000, 'repeated'],
  ['live view, 100,000 rows, limit 50', 'live', 100_000, 'in the window'],
  ['memory a row, 100,000 rows', 'memory', 100_000, 'list held'],
  ['memory an id, dedup window', 'memory', 100_000, 'dedup window'],
  ['import → first row (wall time)', 'start', 100, 'cold process'],
];

const isQuery = ({ name }) => /^(TanStack Query|setQueryData)/.test(name);
const isDb = ({ name }) => name.startsWith('TanStack DB');
const isRedux = ({ name }) => name.startsWith('Redux');
const is = (kind) => (result) => result.kind === kind;
const isOther = (result) =>
  is('library')(result) && !isQuery(result) && !isDb(result) && !isRedux(result);

const columns = [
  ['Tidemark', (results) => results.find(is('ours'))],
  ['hand-written JS', (results) => best(results.filter(is('hand')))],
  ['TanStack Query', (results) => best(results.filter(isQuery))],
  ['TanStack DB', (results) => best(results.filter(isDb))],
  ['Redux Toolkit', (results) => best(results.filter(isRedux))],
  ['other libraries', (results) => best(results.filter(isOther))],
];

const sizeOf = (result) => result.bytes_per_row ?? result.median_us;
const best = (results) => results.toSorted((a, b) => sizeOf(a) - sizeOf(b))[0];

const row = (cells) => `| ${cells.join(' | ')} |`;

/** Of each family its best form. */
export function tableOf({ run, results }) {
  const body = lines.flatMap(([text, workload, rows, change]) => {
    const found = results.filter(
      (each) => each.workload === workload && each.rows === rows && each.change === change,
    );
    if (found.length === 0) return [];
    const cells = columns
      .map(([, choose]) => choose(found))
      .map((each) => (each ? amountOf(each) : ''));
    return [row([text, ...cells])];
  });
  return [
    `${run.date}, ${run.machine}; ${run.method}.`,
    `${run.versions}.`,
    '',
    row(['', ...columns.map(([title]) => title)]),
    row(['---', ...columns.map(() => '---:')]),
    ...body,
  ].join('\n');
}
