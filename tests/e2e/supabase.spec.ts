import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { build } from 'vite';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';
import { hearSockets } from './sockets.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PAGE = here('../../build/supabase-page');

// The demo as it is built with one variable more.
test.beforeAll(async () => {
  process.env.VITE_SUPABASE_URL = '/';
  try {
    await build({
      configFile: here('../../demo/app/vite.config.ts'),
      logLevel: 'error',
      build: { outDir: PAGE },
    });
  } finally {
    delete process.env.VITE_SUPABASE_URL;
  }
});

test.describe('the default, Supabase Realtime', () => {
  const server = useDemoServer('postgres', { DEMO_PAGE: PAGE });

  test('needs no address, and shows what the database holds', async ({ page }) => {
    const heard = await hearSockets(page);
    const demo = new DemoPage(page);
    await demo.open(server());
    const ms = await demo.timeToShow(
      () => server().sql("insert into projects (id, name, city) values (9101, 'By trigger', 'X')"),
      { text: 'By trigger' },
    );
    await demo.timeToShow(
      () => server().sql("update projects set city = 'Multan' where id = 9101"),
      { text: 'Multan', id: 9101 },
    );
    await demo.timeToShow(() => server().sql('delete from projects where id = 9101'), {
      text: null,
      id: 9101,
    });
    await demo.expectTable(server());
    console.log(`as a Supabase project: ${Math.round(ms)} ms from the SQL's return to the page`);
    const { urls, frames } = await heard();
    const addresses = urls.map((url) => new URL(url));
    expect(addresses.map(({ pathname }) => pathname)).toEqual(['/realtime/v1/websocket']);
    expect(addresses[0]?.searchParams.get('apikey')).toBe('demo');
    expect(frames.some((frame) => frame.includes('"postgres_changes"'))).toBe(true);

    // What changes while nobody is told is read on the way back.
    await server().kill();
    await server().sql("insert into projects (id, name, city) values (9102, 'While away', 'Y')");
    await server().sql("update projects set city = 'Quetta' where id = 1");
    await server().launch();
    await expect(page.getByText('While away')).toBeVisible({ timeout: 20_000 });
    await demo.expectTable(server());
  });
});
