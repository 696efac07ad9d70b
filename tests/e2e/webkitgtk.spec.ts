import { expect, test } from '@playwright/test';
import { useDemoServer } from './demo-server.ts';
import { readRows, type ShownRow } from './page-record.ts';
import { WebKitGtk } from './webkitgtk.ts';

test.describe('WebKitGTK', () => {
  const server = useDemoServer('embedded');
  let browser: WebKitGtk;

  test.beforeAll(async () => {
    browser = await WebKitGtk.start();
  });
  test.afterAll(() => browser?.close());

  const status = () =>
    browser.driver.executeScript<string>(
      () => document.querySelector('[data-testid="status"]')?.textContent,
    );

  const expectTable = () =>
    expect(async () => {
      expect(await status()).toBe('connected');
      const shown = await browser.driver.executeScript<ShownRow[]>(readRows);
      expect(shown.map(({ row }) => row)).toEqual(await server().projects());
    }).toPass({ timeout: 20_000, intervals: [100] });

  test('shows the table, follows it, and recovers from a server that died', async () => {
    await browser.driver.get(`${server().url}/?reconnect=100`);
    await expectTable();
    await server().sql(`update projects set city = 'In WebKit' where id = 3;
      delete from projects where id = 4; insert into projects (id, name) values (9200, 'New')`);
    await expectTable();
    await server().kill();
    await expect.poll(status).not.toBe('connected');
    await server().launch();
    await server().sql("update projects set city = 'After a death' where id = 5");
    await expectTable();
  });
});
