import { expect, test } from '@playwright/test';
import { BACKENDS } from './database.ts';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';

const SOON_MS = 1000;
/** A poll every 300 ms, which adapts, and what it takes to answer. */
const POLLED_MS = 5000;

for (const backend of BACKENDS) {
  test.describe(`transports, ${backend}`, () => {
    const server = useDemoServer(backend);

    test('SSE where WebSocket is blocked', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      await demo.click('block-websocket');
      await demo.expectTransport('sse');
      await expect(demo.continuity).toHaveText('live');
      const ms = await demo.timeToShow(
        () => server().sql("update projects set city = 'Over SSE' where id = 4"),
        { text: 'Over SSE', id: 4 },
      );
      console.log(`${backend}: over SSE ${ms} ms`);
      expect(ms).toBeLessThan(SOON_MS);
      await demo.expectTable(server());
    });

    test('SSE on a network where no WebSocket ever opens', async ({ page }) => {
      await page.routeWebSocket(/\/realtime/, (socket) => socket.close({ code: 1011 }));
      const demo = new DemoPage(page);
      await page.goto(`${server().url}/?reconnect=100&probe=60000`);
      await demo.expectTransport('sse');
      await server().sql("update projects set city = 'Still SSE' where id = 6");
      await expect(page.locator('[data-row-id="6"]')).toContainText('Still SSE');
      await demo.expectTable(server());
    });

    test('polling where both are blocked, and the way back up', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());

      await demo.click('block-both');
      await demo.expectTransport('polling');
      await expect(demo.continuity).toHaveText('polling');
      const ms = await demo.timeToShow(
        () =>
          server().sql(`update projects set city = 'Polled' where id = 5;
            delete from projects where id = 8;
            insert into projects (id, name) values (9100, 'Found by a poll')`),
        { text: 'Found by a poll' },
      );
      console.log(`${backend}: by polling ${ms} ms`);
      expect(ms).toBeLessThan(POLLED_MS);
      await demo.expectTable(server());
      await expect(demo.events.filter({ hasText: 'polling' })).toHaveCount(3);

      await demo.click('block-websocket');
      await demo.expectTransport('sse');
      await server().sql("update projects set city = 'Up to SSE' where id = 5");
      await demo.expectTable(server());

      await demo.click('block-websocket');
      await demo.expectTransport('websocket');
      await server().sql("update projects set city = 'All the way up' where id = 5");
      await demo.expectTable(server());
      await expect(demo.continuity).toHaveText('live');
    });

    test('nothing is lost while it goes down and up', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      let writing = true;
      const writes = (async () => {
        for (let n = 0; writing; n++) {
          await server().sql(`insert into projects (name) values ('During ${n}');
            update projects set budget = budget + 1
              where id in (select id from projects order by random() limit 3);
            delete from projects where id = (select min(id) + 1 from projects)
              and ${n} % 4 = 0`);
          await page.waitForTimeout(20);
        }
      })();
      for (const [button, transport] of [
        ['block-websocket', 'sse'],
        ['block-both', 'polling'],
        ['block-both', 'websocket'],
      ] as const) {
        await demo.click(button);
        await demo.expectTransport(transport);
      }
      writing = false;
      await writes;
      await demo.expectTable(server());
    });
  });
}
