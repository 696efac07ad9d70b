import { expect, type Locator, type Page, test } from '@playwright/test';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';

const MOST_TABS = 60;

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let pressed = 0; pressed < MOST_TABS; pressed++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${MOST_TABS} times Tab did not reach ${target}`);
}

/** Whether the focus can be seen: not on an element without an outline of its own. */
async function expectVisibleFocus(page: Page): Promise<void> {
  const outline = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement as Element);
    return { width: style.outlineWidth, style: style.outlineStyle };
  });
  expect(outline).toEqual({ width: '2px', style: 'solid' });
}

test.describe('without a mouse', () => {
  const server = useDemoServer('postgres');

  test('the first Tab offers to skip to the content', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server());
    await page.keyboard.press('Tab');
    const skip = page.getByRole('button', { name: 'Skip to the content' });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.locator('main')).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(page.locator('main').getByRole('button').first()).toBeFocused();
    expect(new URL(page.url()).hash).toBe('');
  });

  test('the fault panel is reached, breaks the link and mends it', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server());
    await tabTo(page, page.getByRole('link', { name: 'Faults', exact: true }));
    await expectVisibleFocus(page);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Faults');
    await expect(demo.continuity).toHaveText('live');

    const block = page.getByTestId('block-both');
    await tabTo(page, block);
    await expectVisibleFocus(page);
    await page.keyboard.press('Space');
    await expect(block).toHaveAttribute('aria-pressed', 'true');
    await demo.expectTransport('polling');
    await page.keyboard.press('Space');
    await expect(block).toHaveAttribute('aria-pressed', 'false');
    await demo.expectTransport('websocket');
    await expect(demo.continuity).toHaveText('live');
  });

  test('a row is edited, the focus where it belongs', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server());
    const row = page.locator('[data-row-id="2"]').getByRole('button');
    await tabTo(page, row);
    await expectVisibleFocus(page);
    await page.keyboard.press('Enter');
    const name = page.getByTestId('editor').getByLabel('Name', { exact: true });
    await expect(name).toBeFocused();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Typed by hand');
    await page.keyboard.press('Enter');
    await expect(row).toHaveText('Typed by hand');
    await expect(row).toBeFocused();
    await demo.expectTable(server());
    const [stored] = await server().sql('select name from projects where id = 2');
    expect(stored).toEqual({ name: 'Typed by hand' });

    // Escape leaves it as it is.
    await page.keyboard.press('Enter');
    await expect(name).toBeFocused();
    await page.keyboard.type('Never');
    await page.keyboard.press('Escape');
    await expect(row).toBeFocused();
    await expect(row).toHaveText('Typed by hand');
  });
});
