// What differs in Firefox, which Playwright drives over WebDriver BiDi.
import { fileURLToPath } from 'node:url';
import type { BrowserContext } from '@playwright/test';

/** Where it puts what a page downloads. */
export const firefoxDownloads = fileURLToPath(
  new URL('../../test-results/downloads', import.meta.url),
);

/** What BiDi cannot ask for later, as preferences to start with. */
export const firefoxPreferences = (
  scheme: 'light' | 'dark' = 'light',
): Record<string, string | number | boolean> => ({
  'ui.prefersReducedMotion': 1,
  'layout.css.prefers-color-scheme.content-override': scheme === 'dark' ? 0 : 1,
});

export const isFirefox = (context: BrowserContext): boolean =>
  context.browser()?.browserType().name() === 'firefox';
