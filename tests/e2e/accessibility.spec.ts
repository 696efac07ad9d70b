import { expect, type Page } from '@playwright/test';
import { violationsOf } from './axe.ts';
import { INTERVALS } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';
import { SCHEMES, test } from './scheme.ts';
import { typeInto } from './typing.ts';

const PATHS = [
  'projects',
  'applications',
  'volunteers',
  'payments',
  'organizations',
  'admin/users',
  'admin/vetting',
  'admin/stats',
  'faults',
  'load',
  'race',
  'side-by-side',
] as const;

const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 375, height: 740 },
} as const;

/** Two users' pages have the same landmarks: their frames' titles tell them apart. */
const exceptionsOf = (path: string) => (path === 'side-by-side' ? ['landmark-unique'] : []);

async function visit(page: Page, url: string, path: string): Promise<void> {
  await page.goto(`${url}/?${INTERVALS}#/${path}`);
  if (path === 'side-by-side') {
    for (const title of ['Ayesha’s page', 'Björn’s page']) {
      const pane = page.frameLocator(`iframe[title="${title}"]`);
      await expect(pane.getByTestId('continuity')).toHaveText('live');
    }
  } else if (path === 'load') {
    await expect(page.getByTestId('status')).toHaveText('connected');
  } else if (path === 'race') {
    await expect(page.getByTestId('start-race')).toHaveAttribute('aria-disabled', 'false');
  } else {
    await expect(page.getByTestId('continuity')).toHaveText('live');
  }
}

test.describe('axe has nothing against', () => {
  const server = useDemoServer('postgres');

  for (const scheme of SCHEMES) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      test(`any page, ${scheme}, ${size}`, async ({ pageIn }) => {
        test.setTimeout(300_000);
        const page = await pageIn(scheme);
        await page.setViewportSize(viewport);
        for (const path of PATHS) {
          await visit(page, server().url, path);
          expect(await violationsOf(page, { without: exceptionsOf(path) }), path).toEqual([]);
        }
      });
    }
  }

  test('an open form, a refusal, a pressed switch, a list of gauges', async ({ page }) => {
    test.setTimeout(120_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await visit(page, server().url, 'projects');
    await page.getByTestId('block-websocket').click();
    await expect(page.getByTestId('block-websocket')).toHaveAttribute('aria-pressed', 'true');
    await page.getByTestId('fail-save').click();
    await page.locator('[data-row-id="2"]').getByRole('button').click();
    await typeInto(page.getByTestId('editor').getByLabel('City'), 'Refused');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('editor').getByRole('alert')).toBeVisible();
    await page.locator('[data-row-id="3"]').getByRole('button').click();
    expect(await violationsOf(page)).toEqual([]);

    await page.goto(`${server().url}/?${INTERVALS}&seconds=1#/load`);
    await page.getByTestId('run-still').click();
    await expect(page.getByTestId('still-end')).toContainText('equal the table', {
      timeout: 60_000,
    });
    expect(await violationsOf(page)).toEqual([]);
  });

  for (const path of PATHS) {
    test(`${path} is no wider than a phone`, async ({ page }) => {
      await page.setViewportSize(SIZES.phone);
      await visit(page, server().url, path);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
    });
  }
});
