import type { Phase, TrialPlan, TrialResult } from './trial.ts';

const MB = 1024 * 1024;
const megabytes = (bytes: number) => `${(bytes / MB).toFixed(0)} MB`;
const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
const HEAD = [
  'phase',
  's',
  'written',
  'delivered',
  'p50 ms',
  'p99 ms',
  'reconnects',
  'reads',
  'twice',
];

function row({ name, seconds, written, delivered, p50, p99, ...rest }: Phase): string[] {
  const { reconnects, reads, repeated } = rest;
  return [name, seconds.toFixed(0), written, delivered, p50, p99, reconnects, reads, repeated].map(
    String,
  );
}

function table(rows: readonly string[][]): string {
  const widths = rows[0]?.map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]) =>
    row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)));
  return rows.map((each) => line(each).join('  ')).join('\n');
}

/** A trial's figures, for people. */
export function report(plan: TrialPlan, result: TrialResult): string {
  const { phases, equal, different, settledMs, crowds, idleRss } = result;
  const [steady] = phases as [Phase];
  const nodes = steady.nodes.map((node, n) => {
    if (!node) return `node ${n + 1}: down`;
    const { websocket } = node.connections;
    const each = (node.memory.rss - (idleRss[n] ?? 0)) / Math.max(1, websocket) / 1024;
    return (
      `node ${n + 1}: ${websocket} clients, ${megabytes(node.memory.rss)} (${megabytes(idleRss[n] ?? 0)} ` +
      `before them, ${each.toFixed(0)} KB each, events' tail included), ${percent(steady.cpu.nodes[n] ?? 0)} of a core`
    );
  });
  const waiting = Math.max(
    ...phases.flatMap((phase) => phase.nodes.map((node) => node?.bytesWaiting ?? 0)),
  );
  const cut = phases.flatMap((phase) => phase.nodes.map((node) => node?.clientsCut ?? 0));
  const errors = crowds.flatMap((crowd) => Object.entries(crowd.errors));
  const total = (of: (crowd: (typeof crowds)[number]) => number) =>
    crowds.reduce((sum, crowd) => sum + of(crowd), 0);
  const reconnects = phases.reduce((sum, phase) => sum + phase.reconnects, 0);
  const reads = phases.reduce((sum, phase) => sum + phase.reads, 0);
  return [
    table([HEAD, ...phases.map(row)]),
    ...nodes,
    `clients: ${percent(steady.cpu.crowds)} of a core, ${megabytes((total(({ rss }) => rss) / plan.clients) * 1024)} per 1,024`,
    `reconnects ${reconnects}, resumed by position ${Math.max(0, reconnects - reads)}, lists read again ${reads}`,
    `gaps seen ${total(({ gaps }) => gaps)}, copies dropped before the app ${total((c) => c.duplicatesDropped)}, ` +
      `clients cut for slowness ${Math.max(...cut)}, most bytes waiting in a node ${waiting}`,
    `reported: ${errors.map(([code, count]) => `${code} ${count}`).join(', ') || 'nothing'}`,
    `duplicates reaching an app: ${phases.reduce((sum, phase) => sum + phase.repeated, 0)}`,
    `equal to the table: ${equal} of ${equal + different}, ${(settledMs / 1000).toFixed(1)} s after the last write` +
      (result.example ? ` (${result.example})` : ''),
  ].join('\n');
}
