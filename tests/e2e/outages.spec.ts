import { expect, test } from '@playwright/test';
import { CHANGES } from './changes.ts';
import { BACKENDS } from './database.ts';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';
import { expectLiveRows, expectTruthful, KNOWN_AFTER_MS } from './truth.ts';

for (const backend of BACKENDS) {
  test.describe(`outages, ${backend}`, () => {
    const server = useDemoServer(backend);

    test('a cut link recovers what changed meanwhile', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      const record = await demo.record();
      for (let round = 0; round < 3; round++) {
        await demo.click('cut');
        await server().sql(`update projects set city = 'Cut ${round}' where id <= 4;
          delete from projects where id = ${20 + round};
          insert into projects (name) values ('After cut ${round}')`);
      }
      await demo.expectRecovered(server());
      const { claims } = await record();
      expect(claims.map(({ status }) => status)).toContain('reconnecting');
    });

    test('a killed server, a changed table, a new server', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      await demo.expectTable(server());
      const before = await server().projects();
      const record = await demo.record();

      await server().kill();
      const from = Date.now();
      await server().sql(CHANGES);
      const truth = await server().projects();
      expect(truth).not.toEqual(before);
      await expect(demo.status).toHaveText('reconnecting');
      // Not removed, not changed: what was known is still shown.
      expect((await demo.rows()).map(({ row }) => row)).toEqual(before);
      await page.waitForTimeout(KNOWN_AFTER_MS.closed);
      const to = Date.now();
      await server().launch();

      await demo.expectRecovered(server());
      expectTruthful(await record(), { from, to, lost: 'closed' });
      await expectLiveRows(record, to, truth);
      expect((await demo.rows()).map(({ row }) => row)).toEqual(truth);

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

test.describe('a server', () => {
  const server = useDemoServer('postgres');

  test('that hangs is not called connected', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server());
    const record = await demo.record();
    server().freeze();
    const from = Date.now();
    await server().sql(CHANGES);
    const truth = await server().projects();
    await expect(demo.status).toHaveText('reconnecting', { timeout: KNOWN_AFTER_MS.silent });
    console.log(`a hung server was noticed after ${Date.now() - from} ms`);
    await page.waitForTimeout(Math.max(0, from + KNOWN_AFTER_MS.silent + 500 - Date.now()));
    const to = Date.now();
    server().thaw();
    await demo.expectRecovered(server());
    expectTruthful(await record(), { from, to, lost: 'silent' });
    await expectLiveRows(record, to, truth);
  });

  test('that is restarted says goodbye, and is found again', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server());
    const record = await demo.record();
    await server().end();
    const from = Date.now();
    await server().sql(CHANGES);
    const truth = await server().projects();
    await expect(demo.status).toHaveText('reconnecting');
    await page.waitForTimeout(KNOWN_AFTER_MS.closed);
    const to = Date.now();
    await server().launch();
    await demo.expectRecovered(server());
    expectTruthful(await record(), { from, to, lost: 'closed' });
    await expectLiveRows(record, to, truth);
  });
});
