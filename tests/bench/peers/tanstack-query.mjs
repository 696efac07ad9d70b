// TanStack Query with an observer on the list, as a mounted component has one.
import { notifyManager, QueryClient, QueryObserver, replaceEqualDeep } from '@tanstack/query-core';
import { parseBody } from '../lib/rows.mjs';

// Listeners run as soon as the sample is over instead of in a timer during somebody else's.
notifyManager.setScheduler(queueMicrotask);

const KEY = ['projects'];

function observedClient(rows, structuralSharing) {
  const client = new QueryClient({
    defaultOptions: { queries: { structuralSharing, staleTime: Number.POSITIVE_INFINITY } },
  });
  client.setQueryData(KEY, rows);
  const observer = new QueryObserver(client, { queryKey: KEY, enabled: false });
  const unsubscribe = observer.subscribe(() => {});
  return {
    client,
    rows: () => observer.getCurrentResult().data,
    close() {
      unsubscribe();
      client.clear();
    },
  };
}

export const poll = [
  {
    name: 'TanStack Query (replaceEqualDeep)',
    kind: 'library',
    cold: true,
    create({ body }) {
      let rows = parseBody(body);
      return {
        poll(bytes) {
          rows = replaceEqualDeep(rows, parseBody(bytes));
          return rows;
        },
      };
    },
  },
];

/** As the documentation shows it. */
function applyOne(rows, { action, data }) {
  if (action === 'delete') return rows.filter((row) => row.id !== data.id);
  if (action === 'insert') return [...rows, data];
  return rows.map((row) => (row.id === data.id ? data : row));
}

/** Many events in one pass over the list; the last of a row wins. */
function applyMany(rows, events) {
  const last = new Map();
  for (const event of events) {
    // A row that was inserted and then updated is still an insert.
    const isNew = event.action === 'insert' || last.get(event.data.id)?.isNew === true;
    last.set(event.data.id, { ...event, isNew });
  }
  const next = [];
  for (const row of rows) {
    const event = last.get(row.id);
    if (event === undefined) next.push(row);
    else if (event.action !== 'delete') next.push(event.data);
  }
  for (const { action, data, isNew } of last.values()) {
    if (isNew && action !== 'delete') next.push(data);
  }
  return next;
}

const perEvent = (name, structuralSharing) => ({
  name,
  kind: 'library',
  each: true,
  create({ body }) {
    const { client, rows, close } = observedClient(parseBody(body), structuralSharing);
    const take = (frames) => {
      for (const frame of frames) {
        const event = JSON.parse(frame);
        client.setQueryData(KEY, (held) => applyOne(held, event));
      }
    };
    return { take, rows, close };
  },
});

const perFlush = (name, structuralSharing) => ({
  name,
  kind: 'library',
  create({ body }) {
    const { client, rows, close } = observedClient(parseBody(body), structuralSharing);
    const take = (frames) => {
      const events = frames.map((frame) => JSON.parse(frame));
      client.setQueryData(KEY, (held) => applyMany(held, events));
    };
    return { take, rows, close };
  },
});

const flushed = perFlush('setQueryData per 100', true);

export const ingest = [
  perEvent('setQueryData per event', true),
  perEvent('setQueryData per event, structuralSharing off', false),
  flushed,
  perFlush('setQueryData per 100, structuralSharing off', false),
];

export const memory = [{ ...flushed, name: 'TanStack Query' }];
