// From import to the first row, in wall time: loading also happens on other threads.
import { answer, argument } from '../lib/children.mjs';
import { loadEngine } from '../lib/engine.mjs';
import { bodyOf, makeRows } from '../lib/rows.mjs';
import { startersOf } from '../peers/registry.mjs';
import { requireFirstRow } from '../workloads/start.mjs';

const { name, rows } = argument();
const peer = (await startersOf()).find((each) => each.name === name);
const root = new URL('../../../', import.meta.url);
const load = {
  engine: loadEngine,
  package: () => import(new URL('dist/index.js', root).href),
  // Found beside the package, as its peer dependency: both use one copy.
  query: () => import('@tanstack/react-query'),
  db: () => import('@tanstack/db'),
  redux: () => import('@reduxjs/toolkit'),
};
const list = makeRows(rows);
const body = bodyOf(list);

const start = performance.now();
const shown = await peer.show({ body, load });
const time = performance.now() - start;
requireFirstRow(peer, shown, list);
answer({ us: time * 1000 });
process.exit(0);
