// Redux Toolkit's entity adapter. NODE_ENV is production, so its development checks are off.
import { configureStore, createEntityAdapter, createSlice } from '@reduxjs/toolkit';
import { parseBody } from '../lib/rows.mjs';

function listStore(rows) {
  const adapter = createEntityAdapter();
  const slice = createSlice({
    name: 'projects',
    initialState: adapter.getInitialState(undefined, rows),
    reducers: {
      upsertOne: adapter.upsertOne,
      upsertMany: adapter.upsertMany,
      removeMany: adapter.removeMany,
    },
  });
  const store = configureStore({ reducer: slice.reducer });
  const { selectAll } = adapter.getSelectors();
  return { store, actions: slice.actions, rows: () => selectAll(store.getState()) };
}

const perEvent = {
  name: 'Redux Toolkit, upsertOne per event',
  kind: 'library',
  each: true,
  create({ body }) {
    const { store, actions, rows } = listStore(parseBody(body));
    const take = (frames) => {
      for (const frame of frames) {
        const { action, data } = JSON.parse(frame);
        store.dispatch(
          action === 'delete' ? actions.removeMany([data.id]) : actions.upsertOne(data),
        );
        rows();
      }
    };
    return { take, rows };
  },
};

const perFlush = {
  name: 'Redux Toolkit, upsertMany per 100',
  kind: 'library',
  create({ body }) {
    const { store, actions, rows } = listStore(parseBody(body));
    const take = (frames) => {
      const last = new Map();
      for (const frame of frames) {
        const event = JSON.parse(frame);
        last.set(event.data.id, event);
      }
      const events = [...last.values()];
      const gone = events.filter(({ action }) => action === 'delete').map(({ data }) => data.id);
      const present = events.filter(({ action }) => action !== 'delete').map(({ data }) => data);
      store.dispatch(actions.upsertMany(present));
      if (gone.length > 0) store.dispatch(actions.removeMany(gone));
      rows();
    };
    return { take, rows };
  },
};

export const ingest = [perEvent, perFlush];
export const memory = [{ ...perFlush, name: 'Redux Toolkit' }];
