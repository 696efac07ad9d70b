// TanStack DB: a collection that is fed through its sync interface and a live query over it, with
// the index that its documentation recommends for ordered queries.
import { BTreeIndex, createCollection, createLiveQueryCollection, eq } from '@tanstack/db';
import { parseBody } from '../lib/rows.mjs';

const TYPES = { insert: 'insert', update: 'update', delete: 'delete' };

/** A collection whose server is the caller. */
function fedCollection(rows) {
  let feed;
  const collection = createCollection({
    id: `projects-${serial++}`,
    getKey: (row) => row.id,
    startSync: true,
    autoIndex: 'eager',
    defaultIndexType: BTreeIndex,
    sync: {
      rowUpdateMode: 'full',
      sync(feeder) {
        feed = feeder;
        feed.begin();
        for (const value of rows) feed.write({ type: 'insert', value });
        feed.commit();
        feed.markReady();
      },
    },
  });
  const write = (events) => {
    feed.begin();
    for (const { action, data } of events) feed.write({ type: TYPES[action], value: data });
    feed.commit();
  };
  return { collection, write };
}
let serial = 0;

/** Rows as they were written: results carry members of TanStack DB's own, all named `$…`. */
const plain = (row) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('$')));

async function listOf(body) {
  const { collection, write } = fedCollection(parseBody(body));
  const live = createLiveQueryCollection((query) => query.from({ row: collection }));
  await live.preload();
  const subscription = live.subscribeChanges(() => {});
  let shown = live.toArray;
  return {
    write(events) {
      write(events);
      shown = live.toArray;
    },
    rows: () => shown.map(plain),
    async close() {
      subscription.unsubscribe();
      await live.cleanup();
      await collection.cleanup();
    },
  };
}

const perEvent = {
  name: 'TanStack DB, live query, per event',
  kind: 'library',
  each: true,
  unordered: true,
  async create({ body }) {
    const { write, rows, close } = await listOf(body);
    const take = (frames) => {
      for (const frame of frames) write([JSON.parse(frame)]);
    };
    return { take, rows, close };
  },
};

const perFlush = {
  name: 'TanStack DB, live query, per 100',
  kind: 'library',
  unordered: true,
  async create({ body }) {
    const { write, rows, close } = await listOf(body);
    return { take: (frames) => write(frames.map((frame) => JSON.parse(frame))), rows, close };
  },
};

export const ingest = [perEvent, perFlush];
export const memory = [{ ...perFlush, name: 'TanStack DB with a live query' }];

export const live = [
  {
    name: 'TanStack DB, live query',
    kind: 'library',
    async create({ body, filter, order, limit }) {
      const { collection, write } = fedCollection(parseBody(body));
      collection.createIndex((row) => row[order], { indexType: BTreeIndex });
      const query = createLiveQueryCollection((builder) =>
        builder
          .from({ row: collection })
          .where(({ row }) => eq(row[filter.column], filter.value))
          .orderBy(({ row }) => row[order], 'desc')
          .limit(limit),
      );
      await query.preload();
      const subscription = query.subscribeChanges(() => {});
      let shown = query.toArray;
      return {
        update(frame) {
          write([JSON.parse(frame)]);
          shown = query.toArray;
          return shown;
        },
        window: () => shown.map(plain),
        async close() {
          subscription.unsubscribe();
          await query.cleanup();
          await collection.cleanup();
        },
      };
    },
  },
];
