import { expect, type Page, test, type WebSocketRoute } from '@playwright/test';
import { CHANGES } from './changes.ts';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';
import { isFirefox } from './firefox.ts';
import { setOffline } from './offline.ts';
import { expectLiveRows, expectTruthful, HEARTBEAT_MS, KNOWN_AFTER_MS } from './truth.ts';

/** Until an outage that began at `from` must be known, and can be seen to be. */
async function outlast(page: Page, from: number, lost: keyof typeof KNOWN_AFTER_MS): Promise<void> {
  await page.waitForTimeout(Math.max(0, from + KNOWN_AFTER_MS[lost] + 300 - Date.now()));
}

/** Decides about each frame from the server, while it is set. */
interface Tap {
  drops: ((frame: string) => boolean) | undefined;
}

async function tapWebSockets(page: Page): Promise<Tap> {
  const tap: Tap = { drops: undefined };
  await page.routeWebSocket(/\/realtime/, (toPage: WebSocketRoute) => {
    const toServer = toPage.connectToServer();
    toServer.onMessage((frame) => {
      if (!tap.drops?.(String(frame))) toPage.send(frame);
    });
  });
  return tap;
}

function writes(from: number, count: number): string[] {
  return Array.from(
    { length: count },
    (_, n) => `insert into projects (name, city) values ('Written ${from + n}', 'Rough');
      update projects set budget = budget + 1 where id = ${1 + (n % 9)};
      delete from projects where city = 'Rough' and id % 4 = 0`,
  );
}

test.describe('a bad network', () => {
  const server = useDemoServer('postgres');

  test('a browser that is offline says so, and comes back', async ({ page, context }) => {
    const lost = isFirefox(context) ? 'closed' : 'silent';
    const demo = new DemoPage(page);
    await demo.open(server());
    const record = await demo.record();
    const from = Date.now();
    await setOffline(demo, server(), true);
    await server().sql(CHANGES);
    const truth = await server().projects();
    await expect(demo.status).toHaveText('reconnecting', { timeout: KNOWN_AFTER_MS.silent });
    await outlast(page, from, lost);
    const to = Date.now();
    await setOffline(demo, server(), false);
    await demo.expectRecovered(server());
    expectTruthful(await record(), { from, to, lost });
    await expectLiveRows(record, to, truth);
  });

  test('a network that swallows every frame is a lost link', async ({ page }) => {
    const tap = await tapWebSockets(page);
    const demo = new DemoPage(page);
    await demo.open(server());
    const record = await demo.record();
    // New links open as well, and stay silent: no answer, so nothing to be live about.
    tap.drops = () => true;
    const from = Date.now();
    await server().sql(CHANGES);
    await expect(demo.continuity).not.toHaveText('live', { timeout: KNOWN_AFTER_MS.silent });
    await outlast(page, from, 'silent');
    const to = Date.now();
    tap.drops = undefined;
    await demo.expectRecovered(server());
    const { claims } = await record();
    const live = claims.filter(
      ({ at, continuity, transport }) =>
        continuity === 'live' &&
        transport === 'WebSocket' &&
        at > from + KNOWN_AFTER_MS.silent &&
        at < to,
    );
    expect(live).toEqual([]);
  });

  test('events that a network drops are noticed and fetched', async ({ page }) => {
    const tap = await tapWebSockets(page);
    const demo = new DemoPage(page);
    await demo.open(server());
    let seen = 0;
    let dropped = 0;
    tap.drops = (frame) => {
      if (!frame.includes('"type":"realtime"')) return false;
      const drop = seen++ % 3 === 0;
      if (drop) dropped++;
      return drop;
    };
    // A busy server may send what is written in a row in one frame: of four, two are dropped.
    for (const sql of writes(0, 4)) {
      const before = seen;
      await server().sql(sql);
      await expect.poll(() => seen).toBeGreaterThan(before);
    }
    for (const sql of writes(4, 16)) await server().sql(sql);
    // The next heartbeat tells of a lost tail; what is asked for again may be dropped again.
    await demo.expectTable(server(), 15_000);
    expect(dropped).toBeGreaterThan(1);
    tap.drops = undefined;
    await demo.expectRecovered(server());
  });

  for (const transport of ['websocket', 'sse'] as const) {
    test(`frames lost, twice, late and overtaken over ${transport}`, async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      if (transport === 'sse') {
        await demo.click('block-websocket');
        await demo.expectTransport('sse');
      }
      const { framesSpoiled: before } = await server().stats();
      // This seed spoils the second frame already, however few they are.
      await demo.spoil(server(), {
        drop: 0.2,
        duplicate: 0.2,
        reorder: 0.2,
        delayMs: 100,
        seed: 42,
      });
      for (const sql of writes(100, 30)) await server().sql(sql);
      // A busy server may have sent them all in one frame.
      const spoiled = async () => (await server().stats()).framesSpoiled;
      for (const sql of writes(200, 100)) {
        if ((await spoiled()) > before) break;
        await server().sql(sql);
      }
      await demo.spoil(server(), null);
      // What was the last to be lost is found by the heartbeat at the latest, and asked for. Where that
      // answer was lost it is asked for again ten seconds later.
      const healed = { websocket: HEARTBEAT_MS + 15_000, sse: 25_000 } as const;
      await demo.expectTable(server(), healed[transport]);
      await expect(demo.continuity).toHaveText('live');
      await demo.expectTable(server());
      expect(await spoiled()).toBeGreaterThan(before);
    });
  }
});
