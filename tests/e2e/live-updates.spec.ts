import { expect, type Page, test } from '@playwright/test';
import { BACKENDS } from './database.ts';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';

/** Far above what is seen, because the machine may be busy; the figures are printed. */
const SOON_MS = 1000;

/** What the console and the Content-Security-Policy have against the page. */
async function complaintsOf(page: Page): Promise<() => Promise<string[]>> {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.defineProperty(globalThis, 'policyViolations', { value: violations });
    document.addEventListener('securitypolicyviolation', (event) => {
      violations.push(`${event.violatedDirective}: ${event.blockedURI}`);
    });
  });
  return async () => [
    ...complaints,
    ...(await page.evaluate(
      () => (globalThis as unknown as { policyViolations: string[] }).policyViolations,
    )),
  ];
}

for (const backend of BACKENDS) {
  test.describe(`live updates, ${backend}`, () => {
    const server = useDemoServer(backend);

    test('inserts, updates and deletes appear by themselves', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      const loaded = await page.evaluate(() => performance.timeOrigin);
      const figures: Record<string, number> = {};
      figures.insert = await demo.timeToShow(
        () => server().sql("insert into projects (id, name, city) values (9001, 'Brand new', 'X')"),
        { text: 'Brand new' },
      );
      figures.update = await demo.timeToShow(
        () => server().sql("update projects set city = 'Multan' where id = 9001"),
        { text: 'Multan', id: 9001 },
      );
      figures.delete = await demo.timeToShow(
        () => server().sql('delete from projects where id = 9001'),
        { text: null, id: 9001 },
      );
      console.log(`${backend}: ms from the SQL's return to the page`, figures);
      for (const [kind, ms] of Object.entries(figures)) expect(ms, kind).toBeLessThan(SOON_MS);
      await demo.expectTable(server());
      await expect(demo.events).toHaveCount(3);
      expect(await page.evaluate(() => performance.timeOrigin)).toBe(loaded);
    });

    test('a burst of 100 updates is at most 3 renders', async ({ page }) => {
      await server().sql(`insert into projects (id, name)
        select n, 'Burst ' || n from generate_series(8001, 8100) n`);
      const demo = new DemoPage(page);
      await demo.open(server());
      await demo.expectTable(server());
      const before = await demo.renderCount();
      const ms = await demo.timeToShow(
        () =>
          server().sql("update projects set city = 'Hundredfold' where id between 8001 and 8100"),
        { text: 'Hundredfold', id: 8100 },
      );
      await demo.expectTable(server());
      const renders = (await demo.renderCount()) - before;
      console.log(`${backend}: 100 updates: ${renders} renders, ${ms} ms`);
      expect(renders).toBeGreaterThan(0);
      expect(renders).toBeLessThanOrEqual(3);
      await expect(demo.events).toHaveCount(100);
    });

    test('100 separate writes are at most a render a frame', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      const before = await demo.renderCount();
      const frames = await demo.countFrames();
      await demo.click('burst');
      await expect(page.getByText('100 so far')).toBeVisible({ timeout: 20_000 });
      await demo.expectTable(server());
      const renders = (await demo.renderCount()) - before;
      const counted = await frames();
      console.log(`${backend}: 100 writes: ${renders} renders in ${counted} frames`);
      expect(renders).toBeGreaterThan(0);
      expect(renders).toBeLessThanOrEqual(counted);
    });

    test('only changed rows are touched', async ({ page }) => {
      const demo = new DemoPage(page);
      await demo.open(server());
      const touched = await page.evaluateHandle(() => {
        const ids = new Set<string>();
        const body = document.querySelector('tbody') as HTMLElement;
        new MutationObserver((records) => {
          for (const { target } of records) {
            const element = target instanceof Element ? target : target.parentElement;
            ids.add(element?.closest<HTMLElement>('[data-row-id]')?.dataset.rowId ?? 'the table');
          }
        }).observe(body, { subtree: true, childList: true, characterData: true, attributes: true });
        return ids;
      });
      await server().sql("update projects set name = 'Renamed' where id in (3, 7)");
      await demo.expectTable(server());
      expect(await touched.evaluate((ids) => [...ids].sort())).toEqual(['3', '7']);
    });

    test('two pages and the buttons of one of them', async ({ page, context }) => {
      const one = new DemoPage(page);
      const other = new DemoPage(await context.newPage());
      await Promise.all([one.open(server()), other.open(server())]);
      let expected = 0;
      for (const [button, events] of [
        ['insert', 1],
        ['update', 1],
        ['delete', 1],
        ['burst', 100],
      ] as const) {
        await one.click(button);
        // Before the next one, which might pick a row that is gone.
        expected += events;
        for (const { page } of [one, other]) {
          await expect(page.getByText(`${expected} so far`)).toBeVisible({ timeout: 20_000 });
        }
      }
      for (const each of [one, other]) {
        await expect(each.events).toHaveCount(100);
        await each.expectTable(server());
      }
      expect(await one.rows()).toEqual(await other.rows());
    });
  });
}

test.describe('the page', () => {
  const server = useDemoServer('postgres');

  test('a burst of 10,000 updates is at most a render a frame', async ({ page }) => {
    test.setTimeout(120_000);
    // As many events as that for no more rows than a page can show.
    await server().sql(`insert into projects (id, name)
      select n, 'Many ' || n from generate_series(7001, 7200) n`);
    const demo = new DemoPage(page);
    await demo.open(server());
    const before = await demo.renderCount();
    const frames = await demo.countFrames();
    await server().sql(`do $$ begin
      for round in 1..50 loop
        update projects set budget = round, city = 'Round ' || round where id > 7000;
      end loop; end $$`);
    await expect(page.getByText('10000 so far')).toBeVisible({ timeout: 90_000 });
    await demo.expectTable(server());
    const renders = (await demo.renderCount()) - before;
    const counted = await frames();
    console.log(`10,000 updates: ${renders} renders in ${counted} frames`);
    expect(renders).toBeLessThanOrEqual(counted);
  });

  test('works under its strict Content-Security-Policy', async ({ page }) => {
    const complaints = await complaintsOf(page);
    const response = page.waitForResponse((each) => each.request().isNavigationRequest());
    const demo = new DemoPage(page);
    await demo.open(server());
    const policy = (await response).headers()['content-security-policy'] ?? '';
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toMatch(/'unsafe-(eval|inline)'/);
    await demo.click('insert');
    await expect(demo.events).toHaveCount(1);
    await demo.expectTable(server());
    // Its styles are none of the page's files.
    await page.getByRole('button', { name: 'Open Tidemark devtools' }).click();
    const panel = page.getByRole('region', { name: 'Tidemark devtools' });
    await expect(panel).toHaveCSS('position', 'fixed');
    expect(await complaints()).toEqual([]);
  });

  test('fits a phone', async ({ page }) => {
    await page.setViewportSize({ width: 375, height: 740 });
    const demo = new DemoPage(page);
    await demo.open(server());
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    await demo.click('update');
    await expect(demo.events).toHaveCount(1);
  });
});
