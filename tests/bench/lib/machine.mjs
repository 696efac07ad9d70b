import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/** What a reader needs to judge and repeat a run. */
export function describeRun({ clock, quick, samples }) {
  const { version } = read('../../../package.json');
  const peers = Object.entries(read('../package.json').dependencies);
  const [cpu] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    quick,
    node: process.versions.node,
    clock,
    versions: [
      `Tidemark ${version}`,
      `Node ${process.versions.node}`,
      ...peers.map(([name, exact]) => `${name} ${exact}`),
    ].join(' · '),
    machine: `${cpu?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${process.platform} ${process.arch}`,
    method: `medians of at most ${samples} interleaved rounds, ${clock}; wall time for start`,
  };
}
