import { expect, test } from '@playwright/test';
import { BACKENDS } from './database.ts';
import { DemoPage } from './demo-page.ts';
import { type DemoServer, useDemoServer } from './demo-server.ts';

const HEARTBEAT_MS = 500;
/** How long the core waits for the answer to a ping. */
const PONG_MS = 2_000;

const CHANGES = `
  update projects set city = 'While away', budget = budget * 2 where id % 3 = 0;
  delete from projects where id % 10 = 1;
  insert into projects (name, status, tags, details)
    select 'Born meanwhile ' || n, 'active', array['ö', '"'], jsonb_build_object('n', n)
    from generate_series(1, 20) n;
  update projects set name = 'Twice' where id = 5;
  update projects set name = 'Thrice' where id = 5;`;

/** Whether the page said 'connected' at any time from `from` to `to`. */
function claimedConnected(
  noted: ReadonlyArray<{ at: number; status: string }>,
  from: number,
  to: number,
): boolean {
  return noted.some(({ at, status }, index) => {
    const until = noted[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    return status === 'connected' && at < to && until > from;
  });
}

async function expectTruth(demo: DemoPage, server: DemoServer): Promise<void> {
  await demo.expectTransport('websocket', 20_000);
  await expect(demo.continuity).toHaveText('live');
  await demo.expectTable(server, 20_000);
}

for (const backend of BACKENDS) {
  test.describe(`outages, ${backend}`, () => {
    const server = useDemoServer(backend);

    test('a cut link recovers what changed meanwhile', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      const statuses = await demo.recordStatuses();
      for (let round = 0; round < 3; round++) {
        await demo.click('cut');
        await server().sql(`update projects set city = 'Cut ${round}' where id <= 4;
          delete from projects where id = ${20 + round};
          insert into projects (name) values ('After cut ${round}')`);
      }
      await expectTruth(demo, server());
      expect((await statuses()).map(({ status }) => status)).toContain('reconnecting');
    });

    test('a killed server, a changed table, a new server', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      await demo.expectTable(server());
      const before = await server().projects();
      const statuses = await demo.recordStatuses();

      await server().kill();
      const killedAt = Date.now();
      await server().sql(CHANGES);
      const truth = await server().projects();
      expect(truth).not.toEqual(before);
      await expect(demo.status).toHaveText('reconnecting');
      // Not removed, not changed: what was known is still shown.
      expect((await demo.rows()).map(({ row }) => row)).toEqual(before);
      await page.waitForTimeout(2 * HEARTBEAT_MS);
      const restartedAt = Date.now();
      await server().launch();

      await expectTruth(demo, server());
      expect((await demo.rows()).map(({ row }) => row)).toEqual(truth);
      const noted = await statuses();
      expect(claimedConnected(noted, killedAt + HEARTBEAT_MS, restartedAt)).toBe(false);
      const recovered = noted.find(({ at, status }) => at > restartedAt && status === 'connected');
      console.log(`${backend}: connected ${(recovered?.at ?? 0) - restartedAt} ms after launch`);

      // And it is live again.
      await server().sql("update projects set name = 'Live again' where id = 5");
      await expect(page.locator('[data-row-id="5"]')).toContainText('Live again');
    });

    test('a truncated table', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      await server().sql("truncate projects; insert into projects (name) values ('The only one')");
      await demo.expectTable(server());
      await expect(page.locator('[data-row-id]')).toHaveCount(1);
    });
  });
}

test.describe('a server that hangs', () => {
  const server = useDemoServer('postgres');

  test('is not called connected', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server());
    const statuses = await demo.recordStatuses();
    server().freeze();
    const frozenAt = Date.now();
    await server().sql(CHANGES);
    await expect(demo.status).toHaveText('reconnecting', {
      timeout: HEARTBEAT_MS + PONG_MS + 3000,
    });
    const noticedMs = Date.now() - frozenAt;
    console.log(`a hung server was noticed after ${noticedMs} ms`);
    await page.waitForTimeout(500);
    const thawedAt = Date.now();
    server().thaw();
    await expectTruth(demo, server());
    expect(claimedConnected(await statuses(), frozenAt + noticedMs, thawedAt)).toBe(false);
  });
});
