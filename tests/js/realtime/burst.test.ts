import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Engine } from '../../../js/core/engine.ts';
import { createRealtimeIntegration, type RealtimeIntegration } from '../../../js/index.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

const key = ['projects', 'list'];
const hash = '["projects","list"]';
const EVENTS = 10_000;
const ROWS = 500;
const FRAME = 20;

interface Row {
  id: number;
  version: number;
  text: string;
}
const row = (id: number, version: number): Row => ({ id, version, text: `${id}/${version}` });

// Much happens in these; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

describe('a burst of 10,000 events, 5 % twice and 5 % late', () => {
  let server: ProtocolServer;
  let integration: RealtimeIntegration;
  const queryClient = new QueryClient();
  /** Flushes that changed a view. */
  let flushes = 0;

  beforeEach(async () => {
    server = await ProtocolServer.start();
    integration = createRealtimeIntegration(
      queryClient,
      { websocketUrl: server.url, WebSocket, reconnectInterval: 20 },
      {
        loadEngine: async (config, seed) => {
          const engine = await Engine.load(config, seed);
          const flush = engine.flush.bind(engine);
          vi.spyOn(engine, 'flush').mockImplementation(() => {
            const changes = flush();
            if (changes.length > 0) flushes++;
            return changes;
          });
          return engine;
        },
      },
    );
    integration.start();
  });
  afterEach(async () => {
    integration.dispose();
    queryClient.clear();
    await server.stop();
  });

  it('ends as the server has it, with one notification a flush', async () => {
    const model = new Map(Array.from({ length: ROWS }, (_, id) => [id, row(id, 1)]));
    const first = [...model.values()];
    const spec = { queryKey: key, entity: 'projects' };
    const handle = integration.observe(spec);
    const observer = new QueryObserver(queryClient, {
      queryKey: key,
      queryFn: () => integration.fetch(spec, async () => first),
      structuralSharing: (before, after) => integration.share(hash, before, after, true),
    });
    let notified = 0;
    const stop = observer.subscribe(({ data }) => {
      if (data !== seen) notified++;
      seen = data;
    });
    let seen: unknown = observer.getCurrentResult().data;
    await vi.waitFor(() => expect(integration.realtime(hash).continuity).toBe('live'), 10_000);
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
    await new Promise((resolve) => setTimeout(resolve, 20));
    flushes = notified = 0;

    let sent = 0;
    let repeated = 0;
    let late = 0;
    for (let frame = 0; frame < EVENTS / FRAME; frame++) {
      const changes = Array.from({ length: FRAME }, (_, i) => {
        const id = (frame * 7919 + i * 104_729) % ROWS;
        const held = model.get(id) as Row;
        const isLate = i === 3 && held.version > 2;
        if (isLate) late++;
        const data = row(id, isLate ? held.version - 1 : held.version + 1);
        if (!isLate) model.set(id, data);
        return { entity: 'projects', action: 'update' as const, data };
      });
      server.emitAll(changes);
      sent += FRAME;
      server.repeatLast();
      repeated++;
      // Lets the client keep up a little, so that there are several flushes.
      if (frame % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(integration.stats()?.eventsApplied).toBe(sent - late), 10_000);
    await vi.waitFor(() => expect(integration.stats()?.duplicates).toBe(repeated), 10_000);
    await new Promise((resolve) => setTimeout(resolve, 0));

    expect(sent).toBe(EVENTS);
    expect(late).toBeGreaterThan(EVENTS * 0.04);
    expect(repeated).toBe(EVENTS / FRAME);
    expect(integration.stats()).toMatchObject({ stale: late, gaps: 0, resets: 0 });
    expect(queryClient.getQueryData(key)).toEqual([...model.values()]);
    expect(notified).toBe(flushes);
    expect(flushes).toBeGreaterThan(1);
    expect(flushes).toBeLessThanOrEqual(EVENTS / FRAME);
    stop();
    handle.release();
  });
});
