import { expect, type Page, test } from '@playwright/test';
import { violationsOf } from './axe.ts';
import { useDemoServer } from './demo-server.ts';

const LANES = [
  { id: 'tidemark', title: 'The page of: Tidemark' },
  { id: 'batched', title: 'The page of: By hand, batched' },
] as const;
const ALL_EQUAL = 'All 100,000 rows equal the table';

async function openRace(page: Page, url: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(`${url}/?seconds=3#/race`);
  await page.getByLabel('Beside Tidemark').selectOption('By hand, batched');
  await expect(page.getByTestId('start-race')).toHaveAttribute('aria-disabled', 'false', {
    timeout: 30_000,
  });
}

async function race(page: Page): Promise<void> {
  await page.getByTestId('start-race').click();
  for (const { id } of LANES) {
    const lane = page.locator(`[data-lane="${id}"]`);
    await expect(lane).toHaveAttribute('data-phase', /over|failed/, { timeout: 150_000 });
    await expect(page.getByTestId(`${id}-end`)).toContainText(ALL_EQUAL);
  }
}

/** How many pixels of a lane's chart have the colour of its trace. */
function traceOf(page: Page, id: string): Promise<number> {
  return page.locator(`[data-lane="${id}"] canvas`).evaluate((element, name) => {
    const canvas = element as HTMLCanvasElement;
    const wanted = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
    wanted.fillStyle = getComputedStyle(canvas).getPropertyValue(`--trace-${name}`);
    wanted.fillRect(0, 0, 1, 1);
    const [red, green, blue] = wanted.getImageData(0, 0, 1, 1).data;
    const drawn = canvas.getContext('2d') as CanvasRenderingContext2D;
    const { data } = drawn.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) count++;
    }
    return count;
  }, id);
}

/** The rows in a lane's frame, beside what SQL says of them. */
async function expectTable(page: Page, title: string, sql: (text: string) => Promise<unknown>) {
  const rows = page.frameLocator(`iframe[title="${title}"]`).locator('[data-gauge]');
  const shown = await rows.evaluateAll((elements) =>
    elements.map((element) => ({
      id: Number((element as HTMLElement).dataset.gauge),
      version: Number((element as HTMLElement).dataset.version),
      level: Number(element.querySelector<HTMLElement>('[data-level]')?.dataset.level),
    })),
  );
  expect(shown.length).toBeGreaterThan(5);
  const ids = shown.map(({ id }) => id).join(',');
  const stored = await sql(
    `select id::int, version::int, level_mm as level from gauges where id in (${ids}) order by id`,
  );
  expect(shown.sort((a, b) => a.id - b.id)).toEqual(stored);
}

test.describe('a race', () => {
  const server = useDemoServer('postgres');
  const sql = (text: string) => server().sql(text);

  test('both end equal to the table, and both charts are drawn', async ({ page }) => {
    test.setTimeout(240_000);
    await openRace(page, server().url);
    for (const { id } of LANES) expect(await traceOf(page, id)).toBe(0);
    await race(page);
    await expect(page.locator('main')).toHaveAttribute('data-plan', 'at-once');
    for (const { id, title } of LANES) {
      expect(await traceOf(page, id)).toBeGreaterThan(100);
      await expectTable(page, title, sql);
    }
    const [row] = (await sql('select count(*)::int as n from gauges where version > 0')) as [
      { n: number },
    ];
    expect(row.n).toBeGreaterThan(100);
    expect(await violationsOf(page)).toEqual([]);
  });

  test('where the frames have no names of their own they take turns', async ({ page }) => {
    test.setTimeout(240_000);
    // As a browser that does not know names below localhost.
    await page.route(/\/\/(tidemark|by-hand)\.localhost/, (route) => route.abort());
    await openRace(page, server().url);
    await race(page);
    await expect(page.locator('main')).toHaveAttribute('data-plan', 'turns');
    for (const { id } of LANES) expect(await traceOf(page, id)).toBeGreaterThan(100);
    // The first one's rows are as they were before the other's turn.
    await expectTable(page, LANES[1].title, sql);
  });

  test('a frame that goes out of sight ends it, and says so', async ({ page }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width: 390, height: 844 });
    await openRace(page, server().url);
    await page.getByTestId('start-race').click();
    const lane = page.locator('[data-lane="tidemark"]');
    await expect(lane).toHaveAttribute('data-phase', 'running', { timeout: 60_000 });
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.evaluate(() => document.body.style.setProperty('padding-top', '200vh'));
    await expect(page.getByTestId('tidemark-end')).toContainText('out of sight');
    await expect(page.getByTestId('start-race')).toHaveAttribute('aria-disabled', 'false');
  });
});
