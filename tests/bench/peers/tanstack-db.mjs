// TanStack DB: a collection that is fed through its sync interface, and a live query over it.
// Indexes are off by default. One on the order column makes the live query's window slower to
// update, but spares it a pass over all rows after each turn of the event loop: both take part.
import { BTreeIndex, createCollection, createLiveQueryCollection, eq } from '@tanstack/db';
import { parseBody } from '../lib/rows.mjs';

/** A collection whose server is the caller. */
function fedCollection(rows) {
  let feed;
  const collection = createCollection({
    id: `projects-${serial++}`,
    getKey: (row) => row.id,
    startSync: true,
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
    for (const { action, data } of events) feed.write({ type: action, value: data });
    feed.commit();
  };
  return { collection, write };
}
let serial = 0;

/** Rows as they were written: results carry members of TanStack DB's own, all named `$…`. */
const plain = (row) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('$')));

/** The list of a live query, kept from the changes it reports: reading `toArray` anew costs more. */
class ShownList {
  #rows = [];
  #placeOf = new Map();

  get rows() {
    return this.#rows;
  }

  apply(changes) {
    const next = this.#rows.slice();
    let gone = false;
    for (const { type, key, value } of changes) {
      const place = this.#placeOf.get(key);
      if (type === 'delete') {
        next[place] = undefined;
        gone = true;
      } else if (place === undefined) this.#placeOf.set(key, next.push(value) - 1);
      else next[place] = value;
    }
    this.#rows = next;
    if (!gone) return;
    this.#rows = next.filter((row) => row !== undefined);
    this.#placeOf = new Map(this.#rows.map((row, place) => [row.id, place]));
  }
}

async function listOf(body) {
  const { collection, write } = fedCollection(parseBody(body));
  const live = createLiveQueryCollection((query) => query.from({ row: collection }));
  await live.preload();
  const list = new ShownList();
  const options = { includeInitialState: true };
  const subscription = live.subscribeChanges((changes) => list.apply(changes), options);
  return {
    write,
    rows: () => list.rows.map(plain),
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

const windowed = (name, indexed) => ({
  name,
  kind: 'library',
  async create({ body, filter, order, limit }) {
    const { collection, write } = fedCollection(parseBody(body));
    if (indexed) collection.createIndex((row) => row[order], { indexType: BTreeIndex });
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
});

export const live = [
  windowed('TanStack DB, live query', false),
  windowed('TanStack DB, live query, indexed', true),
];
