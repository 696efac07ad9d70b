// From import to the first row, in wall time: loading also happens on other threads.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { answer, argument } from '../lib/children.mjs';
import { loadEngine } from '../lib/engine.mjs';
import { bodyOf, makeRows } from '../lib/rows.mjs';
import { requireFirstRow } from '../workloads/start.mjs';
import { startersOf } from '../peers/registry.mjs';

const { name, rows } = argument();
const peer = (await startersOf()).find((each) => each.name === name);
const root = new URL('../../../', import.meta.url);
// The copy that the package itself uses; a second one would be loaded on top.
const query = pathToFileURL(createRequire(new URL('package.json', root)).resolve('@tanstack/react-query'));
const load = {
  engine: loadEngine,
  package: () => import(new URL('dist/index.js', root).href),
  query: () => import(query.href),
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
