// Ourselves, called as js/realtime/driver.ts calls the engine: effects are taken after every input.
import { ENTITY } from '../lib/frames.mjs';

const NOW = 1_767_225_600_000;

async function linked(Engine, config) {
  const engine = await Engine.load({ transports: ['websocket'], ...config });
  engine.defineEntity({ name: ENTITY, versionField: 'version' });
  engine.connect(NOW);
  const { link } = engine.takeEffects().find((effect) => effect.op === 'open');
  engine.linkOpened(link, NOW);
  engine.takeEffects();
  return { engine, link };
}

function load(engine, view, body) {
  engine.endSnapshot(engine.beginSnapshot(view, NOW), body, NOW);
  engine.flush();
  engine.takeEffects();
  return engine.rows(view);
}

export const poll = [
  {
    name: 'Tidemark',
    kind: 'ours',
    cold: true,
    async create({ Engine, body }) {
      const engine = await Engine.load({ transports: [] });
      engine.defineEntity({ name: ENTITY });
      const view = engine.observe({ entity: ENTITY, live: false }, NOW);
      load(engine, view, body);
      return { poll: (bytes) => load(engine, view, bytes), close: () => engine.dispose() };
    },
  },
];

function taker(engine, link) {
  return (frames) => {
    for (const frame of frames) {
      engine.frame(link, frame, NOW);
      engine.takeEffects();
    }
    engine.flush();
    engine.takeEffects();
  };
}

export const ingest = [
  {
    name: 'Tidemark',
    kind: 'ours',
    async create({ Engine, body }) {
      const { engine, link } = await linked(Engine);
      const view = engine.observe({ entity: ENTITY }, NOW);
      load(engine, view, body);
      return {
        take: taker(engine, link),
        rows: () => engine.rows(view),
        close: () => engine.dispose(),
      };
    },
  },
];

/** A core that knows no `limit` shows the whole list. */
function showsWindow(rows, limit) {
  return rows.length <= limit;
}

export const live = [
  {
    name: 'Tidemark',
    kind: 'ours',
    async create({ Engine, body, filter, order, limit }) {
      const { engine, link } = await linked(Engine);
      const columns = { filter: `${filter.column}=eq.${filter.value}`, order: `${order}.desc` };
      // `paged: false`: the snapshot is the whole list, and the core cuts the window from it.
      const spec = { entity: ENTITY, ...columns, limit, paged: false };
      const view = engine.observe(spec, NOW);
      const rows = load(engine, view, body);
      const windowed = showsWindow(rows, limit);
      return {
        ...(windowed ? {} : { name: 'Tidemark (filter and order, no limit)' }),
        update(frame) {
          engine.frame(link, frame, NOW);
          engine.takeEffects();
          engine.flush();
          engine.takeEffects();
          return engine.rows(view);
        },
        window: () => engine.rows(view).slice(0, limit),
        close: () => engine.dispose(),
      };
    },
  },
];

export const dedup = [
  {
    name: 'Tidemark',
    kind: 'ours',
    async create({ Engine, capacity }) {
      const { engine, link } = await linked(Engine, { dedupCapacity: capacity });
      return {
        take(frame) {
          engine.frame(link, frame, NOW);
          engine.takeEffects();
        },
        duplicates: () => engine.stats().duplicates,
        /** What the core says itself that its window holds, when it does. */
        bytes: () => engine.stats().dedupBytes,
        close: () => engine.dispose(),
      };
    },
  },
];

/** Every row observed, so that each has its object in JS beside its bytes in the core. */
export const memory = [
  ...ingest,
  {
    name: 'Tidemark, window of 50',
    kind: 'ours',
    window: true,
    async create(context) {
      const window = await live[0].create({
        ...context,
        filter: { column: 'status', value: 'active' },
        order: 'score',
        limit: 50,
      });
      return window.name ? undefined : { ...window, rows: window.window };
    },
  },
];
