import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { build, type Rollup } from 'vite';
import type { Dialect } from '../../js/index.ts';
import type { MockPage } from './mock-page/main.ts';

const ORIGIN = 'https://mock.test';
const DIALECTS = ['native', 'supabase', 'centrifugo', 'mercure', 'plain'] as const;

test.describe('the server for tests, in a page', () => {
  let code = '';
  test.beforeAll(async () => {
    const built = (await build({
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        minify: false,
        rollupOptions: {
          input: fileURLToPath(new URL('./mock-page/main.ts', import.meta.url)),
          output: { codeSplitting: false } as object,
        },
      },
    })) as Rollup.RollupOutput;
    code = built.output[0].code;
  });

  for (const dialect of DIALECTS) {
    test(`speaks ${dialect}, and is found again after a cut`, async ({ page }) => {
      await page.route(`${ORIGIN}/*`, (route) =>
        route.request().url().endsWith('/page.js')
          ? route.fulfill({ contentType: 'text/javascript', body: code })
          : route.fulfill({
              contentType: 'text/html',
              body: '<!doctype html><script type="module" src="/page.js"></script>',
            }),
      );
      await page.goto(`${ORIGIN}/`);
      const heard = await page.evaluate(
        (name) => (globalThis as unknown as { mockPage: MockPage }).mockPage.heard(name as Dialect),
        dialect,
      );
      expect(heard).toEqual([
        { id: 1, text: 'two', version: 2 },
        { id: 1, text: 'three', version: 3 },
      ]);
    });
  }
});
