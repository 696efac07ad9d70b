// What a run prints.
import { judge } from './targets.mjs';

export function duration(us) {
  if (us >= 1e6) return `${(us / 1e6).toPrecision(3)} s`;
  if (us >= 1000) return `${(us / 1000).toPrecision(3)} ms`;
  if (us >= 1) return `${us.toPrecision(3)} µs`;
  return `${(us * 1000).toPrecision(3)} ns`;
}

const plainNumber = (value) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(2);

export const amountOf = (result) =>
  result.bytes_per_row === undefined
    ? duration(result.median_us)
    : `${Math.round(result.bytes_per_row).toLocaleString('en')} B`;

export const ratioOf = ({ ratio_to_ours: ratio }) => `${plainNumber(ratio)}×`;

const spreadOf = ({ p25_us: low, p75_us: high }) =>
  low === undefined ? '' : `${duration(low)} – ${duration(high)}`;

const keptOf = ({ kept_percent: kept }) =>
  typeof kept === 'number' ? `${plainNumber(kept)} % kept` : '';

export function printCase({ rows, change }, results) {
  console.log(`\n  ${rows.toLocaleString('en')} · ${change}`);
  for (const result of results) {
    const cells = [
      result.name.padEnd(48),
      amountOf(result).padStart(9),
      ratioOf(result).padStart(8),
      spreadOf(result).padStart(21),
      keptOf(result),
    ];
    console.log(`    ${cells.join('  ').trimEnd()}`);
  }
}

export function printTargets(results) {
  const judged = judge(results);
  if (judged.length === 0) return;
  console.log(`\n${'target'.padEnd(92)}${'measured'.padStart(10)}  met`);
  for (const { text, wanted, measured, met } of judged) {
    const line = `${text} ${wanted}`;
    console.log(`${line.padEnd(92)}${measured.padStart(10)}  ${met ? 'yes' : 'NO'}`);
  }
}
