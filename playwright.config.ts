import { defineConfig } from '@playwright/test';
import { findChromium, findFirefox } from './scripts/lib/browser.mjs';
import { firefoxDownloads, firefoxPreferences } from './tests/e2e/firefox.ts';

/** It brings its own browser, which Playwright cannot drive. */
const WEBKITGTK = '**/webkitgtk.spec.ts';

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  timeout: 60_000,
  workers: 2,
  // `npm test` says what needed it. At a desk a test that fails at times is to be seen at once.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright.json' }]],
  use: { screenshot: 'only-on-failure', trace: 'retain-on-failure' },
  projects: [
    {
      name: 'webkitgtk',
      testMatch: WEBKITGTK,
    },
    {
      name: 'chromium',
      testIgnore: WEBKITGTK,
      use: {
        browserName: 'chromium',
        launchOptions: {
          executablePath: findChromium(),
          args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
        },
      },
    },
    {
      name: 'firefox',
      testIgnore: WEBKITGTK,
      use: {
        browserName: 'firefox',
        // The one that users have, over WebDriver BiDi, and not a build of Playwright's own.
        channel: 'moz-firefox',
        // Over BiDi it is made of screenshots, which take longer than the tests.
        trace: 'off',
        launchOptions: {
          executablePath: findFirefox(),
          downloadsPath: firefoxDownloads,
          firefoxUserPrefs: firefoxPreferences(),
        },
      },
    },
  ],
});
