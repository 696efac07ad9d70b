import { expect, type Page, test } from '@playwright/test';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';
import type { Claim } from './page-record.ts';
import { KNOWN_AFTER_MS } from './truth.ts';

test.describe('the fault panel', () => {
  const server = useDemoServer('postgres');

  /** On its page, live. */
  async function open(page: Page): Promise<DemoPage> {
    const demo = new DemoPage(page);
    await demo.visit(server(), '#/faults');
    await demo.expectTransport('websocket');
    await expect(demo.continuity).toHaveText('live');
    return demo;
  }

  const expectRows = (page: Page) =>
    expect(async () => {
      const truth = await server().projects();
      const shown = await new DemoPage(page).rows();
      expect(shown.map(({ row }) => row)).toEqual(truth);
    }).toPass({ timeout: 20_000 });

  test('kills the server: its port refuses, and the page finds back', async ({ page }) => {
    const demo = await open(page);
    await demo.click('outage');
    await expect(demo.status).toHaveText('reconnecting');
    const refused = await fetch(`${server().url}/demo/stats`).then(
      () => 'answered',
      (error: Error) => (error.cause as NodeJS.ErrnoException).code,
    );
    expect(refused).toBe('ECONNREFUSED');
    await server().sql("update projects set city = 'Nobody heard' where id <= 5");
    await demo.expectTransport('websocket', 20_000);
    await expect(demo.continuity).toHaveText('live');
    await expectRows(page);
    const said = page.getByTestId('claims').getByRole('row');
    await expect(said.filter({ hasText: 'reconnecting' }).first()).toBeVisible();
    await expect(said.first()).toContainText('live');
  });

  test('freezes the link, over which nothing is then called live', async ({ page }) => {
    const demo = await open(page);
    const record = await demo.record();
    await demo.click('freeze');
    const from = Date.now();
    await server().sql("update projects set city = 'Frozen' where id = 7");
    const freeze = page.getByTestId('freeze');
    await expect(freeze).toHaveAttribute('aria-pressed', 'true');
    await expect(freeze).toHaveAttribute('aria-pressed', 'false', { timeout: 30_000 });
    // The page's clock for it begins a little later than the server's.
    const to = Date.now() - 1000;
    await demo.expectTransport('websocket', 20_000);
    await expect(demo.continuity).toHaveText('live');
    await expectRows(page);
    const { claims } = await record();
    const known = from + KNOWN_AFTER_MS.silent;
    expect(to).toBeGreaterThan(known);
    const isFalse = ({ at, continuity }: Claim, index: number) =>
      continuity === 'live' && at < to && (claims[index + 1]?.at ?? to) > known;
    expect(claims.filter(isFalse)).toEqual([]);
  });

  for (const fault of ['delay', 'duplicate', 'reorder', 'lose']) {
    test(`${fault}: while rows change, and every one arrives`, async ({ page }) => {
      const demo = await open(page);
      const before = (await server().stats()).framesSpoiled;
      await demo.click(fault);
      await expect(page.getByTestId(fault)).toHaveAttribute('aria-pressed', 'true');
      await demo.click('keep-writing');
      const spoiled = async () => (await server().stats()).framesSpoiled - before;
      // A delay spoils none.
      if (fault !== 'delay') await expect.poll(spoiled, { timeout: 15_000 }).toBeGreaterThan(3);
      else await page.waitForTimeout(3000);
      await demo.click('keep-writing');
      await expect(page.getByTestId('keep-writing')).toHaveAttribute('aria-pressed', 'false');
      await demo.click(fault);
      await expect(page.getByTestId(fault)).toHaveAttribute('aria-pressed', 'false');
      await expectRows(page);
      await expect(demo.continuity).toHaveText('live');
    });
  }

  test('is remembered from page to page', async ({ page }) => {
    const demo = await open(page);
    await demo.click('block-websocket');
    await demo.expectTransport('sse');
    await page.getByRole('link', { name: 'Volunteers' }).click();
    await expect(page.getByTestId('block-websocket')).toHaveAttribute('aria-pressed', 'true');
    await demo.click('block-websocket');
    await demo.expectTransport('websocket');
  });
});
