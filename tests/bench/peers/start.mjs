// From import to the first rows, in a fresh process: everything is imported inside `show`, through
// the functions of `load`. Redux and TanStack DB get their shortest documented setup.
import { ENTITY } from '../lib/frames.mjs';
import { parseBody } from '../lib/rows.mjs';

const KEY = [ENTITY];
const NOW = 1_767_225_600_000;

export const start = [
  {
    name: 'Tidemark with TanStack Query',
    kind: 'ours',
    async show({ body, load }) {
      const [tidemark, { QueryClient }] = await Promise.all([load.package(), load.query()]);
      const client = new QueryClient();
      const integration = tidemark.createRealtimeIntegration(client, { server: true });
      const spec = { queryKey: KEY, entity: ENTITY };
      const queryFn = () => integration.fetch(spec, () => parseBody(body));
      const rows = await client.fetchQuery({ queryKey: KEY, queryFn });
      return { rows, close: () => integration.dispose() };
    },
  },
  {
    name: 'Tidemark, until its core holds the rows',
    kind: 'ours',
    async show({ body, load }) {
      const { Engine } = await load.engine();
      const engine = await Engine.load({ transports: [] });
      engine.defineEntity({ name: ENTITY });
      const view = engine.observe({ entity: ENTITY, live: false }, NOW);
      engine.endSnapshot(engine.beginSnapshot(view, NOW), body, NOW);
      engine.flush();
      return { rows: engine.rows(view), close: () => engine.dispose() };
    },
  },
  {
    name: 'nothing but JSON.parse',
    kind: 'hand',
    show: ({ body }) => ({ rows: parseBody(body) }),
  },
  {
    name: 'TanStack Query',
    kind: 'library',
    async show({ body, load }) {
      const { QueryClient } = await load.query();
      const client = new QueryClient();
      const rows = await client.fetchQuery({ queryKey: KEY, queryFn: () => parseBody(body) });
      return { rows, close: () => client.clear() };
    },
  },
  {
    name: 'TanStack DB with a live query',
    kind: 'library',
    fromNpm: true,
    async show({ body, load }) {
      const { createCollection, createLiveQueryCollection } = await load.db();
      const collection = createCollection({
        getKey: (row) => row.id,
        startSync: true,
        sync: {
          sync({ begin, write, commit, markReady }) {
            begin();
            for (const value of parseBody(body)) write({ type: 'insert', value });
            commit();
            markReady();
          },
        },
      });
      const query = createLiveQueryCollection((builder) => builder.from({ row: collection }));
      await query.preload();
      return { rows: query.toArray, unordered: true };
    },
  },
  {
    name: 'Redux Toolkit',
    kind: 'library',
    fromNpm: true,
    async show({ body, load }) {
      const { configureStore, createEntityAdapter } = await load.redux();
      const adapter = createEntityAdapter();
      const initial = adapter.getInitialState();
      const reducer = (state = initial, action) =>
        action.type === 'shown' ? adapter.setAll(state, action.payload) : state;
      const store = configureStore({ reducer });
      store.dispatch({ type: 'shown', payload: parseBody(body) });
      return { rows: adapter.getSelectors().selectAll(store.getState()) };
    },
  },
];
