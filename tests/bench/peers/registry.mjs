// Which families of peers there are. A family is a module that exports one list a workload.
const own = [() => import('./tidemark.mjs')];
const handWritten = [
  () => import('./handwritten-poll.mjs'),
  () => import('./handwritten-ingest.mjs'),
  () => import('./handwritten-live.mjs'),
  () => import('./handwritten-dedup.mjs'),
];
const starters = [() => import('./start.mjs')];
const floors = [() => import('./floors.mjs')];
const fromNpm = [
  () => import('./tanstack-query.mjs'),
  () => import('./tanstack-db.mjs'),
  () => import('./redux.mjs'),
  () => import('./deep-equal.mjs'),
  () => import('./diff.mjs'),
  () => import('./caches.mjs'),
];

async function of(workload, families) {
  const modules = await Promise.all(families.map((load) => load()));
  return modules.flatMap((module) => module[workload] ?? []);
}

/** Everybody who takes part in `workload`, ourselves first. */
export const peersOf = (workload) => of(workload, [...own, ...handWritten, ...fromNpm, ...floors]);

/** Those of `start`: they import nothing before they are timed. */
export const startersOf = () => of('start', starters);

/** Those that need nothing from npm. */
export const builtInPeersOf = (workload) => of(workload, [...own, ...handWritten, ...floors]);
