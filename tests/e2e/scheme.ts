import { test as base, type Page } from '@playwright/test';
import { firefoxPreferences } from './firefox.ts';

export const SCHEMES = ['light', 'dark'] as const;

interface Schemes {
  /** A page in a browser whose user likes it so, and no movement. */
  pageIn(scheme: (typeof SCHEMES)[number]): Promise<Page>;
}

export const test = base.extend<Schemes>({
  pageIn: async ({ page, browserName, playwright, launchOptions, channel }, use) => {
    const closings: Array<() => Promise<void>> = [];
    await use(async (scheme) => {
      if (browserName !== 'firefox' || scheme === 'light') {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        return page;
      }
      const firefoxUserPrefs = firefoxPreferences(scheme);
      const browser = await playwright.firefox.launch({
        ...launchOptions,
        ...(channel ? { channel } : {}),
        firefoxUserPrefs,
      });
      closings.push(() => browser.close());
      return (await browser.newContext()).newPage();
    });
    for (const close of closings) await close();
  },
});
