// Bars on a logarithmic axis, as an SVG that reads on light and on dark pages.
import { amountOf, ratioOf } from './report.mjs';

const WIDTH = 760;
const LABELS = 312;
const BAR = 22;
const TOP = 62;
const RIGHT = 130;

const colours = { ours: 'ours', hand: 'hand', library: 'library', floor: 'floor' };

const escaped = (text) =>
  text.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign],
  );

const sizeOf = (result) => result.bytes_per_row ?? result.median_us;

const style = `
    text { font: 13px system-ui, sans-serif; fill: #24292f }
    .title { font-size: 15px; font-weight: 600 }
    .quiet { font-size: 11px; fill: #57606a }
    .ours { fill: #0a7d5a } .hand { fill: #b7791f } .library { fill: #5b6ee1 } .floor { fill: #9aa4af }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .quiet { fill: #9da7b1 }
      .ours { fill: #2fbf8f } .hand { fill: #d9a441 } .library { fill: #8a9bff } .floor { fill: #6e7781 }
    }`;

function bar(result, at, scale) {
  const y = TOP + at * (BAR + 6);
  const width = Math.max(2, scale(sizeOf(result)));
  const amount =
    result.kind === 'ours' ? amountOf(result) : `${amountOf(result)} (${ratioOf(result)})`;
  return `  <text x="${LABELS - 8}" y="${y + 15}" text-anchor="end">${escaped(result.name)}</text>
  <rect class="${colours[result.kind]}" x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="3"/>
  <text x="${(LABELS + width + 6).toFixed(1)}" y="${y + 15}">${escaped(amount)}</text>`;
}

/**
 * @param {string} title what is shown
 * @param {string} note how and when it was measured
 */
export function barChart(title, note, results) {
  const sorted = [...results].sort((a, b) => sizeOf(a) - sizeOf(b));
  const sizes = sorted.map(sizeOf);
  // The axis begins below the smallest, so that its bar is still seen.
  const low = Math.log10(sizes[0]) - 0.3;
  const high = Math.log10(sizes.at(-1));
  const room = WIDTH - LABELS - RIGHT;
  const scale = (value) => ((Math.log10(value) - low) / Math.max(high - low, 0.1)) * room;
  const height = TOP + sorted.length * (BAR + 6) + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(title)}">
  <style>${style}
  </style>
  <text class="title" x="12" y="24">${escaped(title)}</text>
  <text class="quiet" x="12" y="43">${escaped(note)}</text>
${sorted.map((result, at) => bar(result, at, scale)).join('\n')}
</svg>
`;
}
