import { expect, type Page, test } from '@playwright/test';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';

/** Fails the first requests for the chunks of these names. Returns how many it let fail. */
async function loseChunks(page: Page, names: string, times: number): Promise<() => number> {
  const asked = new Map<string, number>();
  let lost = 0;
  await page.route(new RegExp(`/assets/(${names})-`), (route) => {
    const url = route.request().url().split('?')[0] ?? '';
    const before = asked.get(url) ?? 0;
    asked.set(url, before + 1);
    if (before >= times) return route.continue();
    lost++;
    return route.abort('connectionreset');
  });
  return () => lost;
}

test.describe('chunks that a network loses', () => {
  const server = useDemoServer('embedded');

  for (const [names, what] of [
    ['bytes|glue', 'the core'],
    ['glue', 'its glue'],
  ] as const) {
    test(`${what}: shows the rows without it, and is live once it came`, async ({ page }) => {
      const lost = await loseChunks(page, names, 2);
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      const demo = new DemoPage(page);
      await demo.visit(server());
      await expect(page.locator('[data-row-id]').first()).toBeVisible();
      expect(lost()).toBeGreaterThan(0);
      await demo.expectTransport('websocket');
      await expect(demo.continuity).toHaveText('live');
      await demo.expectTable(server());
      await server().sql("update projects set city = 'Arrived' where id = 4");
      await expect(page.locator('[data-row-id="4"]')).toContainText('Arrived');
      expect(lost()).toBeGreaterThanOrEqual(2);
      // Not the one that runs anywhere, and far slower.
      expect(asked.filter((url) => url.includes('/assets/scalar-'))).toEqual([]);
    });
  }
});
