import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { CHANGES } from './changes.ts';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';
import type { SleepyName } from './sleepy-browsers.ts';
import { SleepyPage } from './sleepy-page.ts';

const TOKEN_MS = 3000;
const GRACE_MS = 1500;
const AUTH = '&auth=1';

test.describe('a server that asks for tokens', () => {
  const server = useDemoServer('postgres', {
    DEMO_AUTH: '1',
    DEMO_TOKEN_MS: String(TOKEN_MS),
    DEMO_GRACE_MS: String(GRACE_MS),
  });

  test('is not reached without one, and says so once', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.visit(server());
    await expect(demo.status).toHaveText('error');
  });

  test('gets a new one over the open link, which stays', async ({ page }) => {
    const demo = new DemoPage(page);
    let tokens = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/api/token')) tokens++;
    });
    await demo.open(server(), AUTH);
    const record = await demo.record();
    const first = tokens;
    await expect.poll(() => tokens, { timeout: 4 * TOKEN_MS }).toBeGreaterThan(first + 1);
    // Longer than the grace that an unanswered `token_expired` has.
    await page.waitForTimeout(GRACE_MS);
    await server().sql("update projects set name = 'Still served' where id = 5");
    await expect(page.locator('[data-row-id="5"]')).toContainText('Still served');
    const { claims } = await record();
    expect([...new Set(claims.map(({ status }) => status))]).toEqual(['connected']);
    expect([...new Set(claims.map(({ continuity }) => continuity))]).toEqual(['live']);
  });

  test('that ran out while the tab was asleep is replaced', async ({ browserName }) => {
    const page = await SleepyPage.open(server(), browserName as SleepyName, AUTH);
    try {
      await page.sleep();
      await server().sql(CHANGES);
      await pause(TOKEN_MS + 500);
      await page.wake();
      // With a token that is kept, but old: it is refused, and a new one is asked for.
      await page.expectRecovered(server());
      const { claims } = await page.record();
      expect(claims.map(({ status }) => status)).toContain('reconnecting');
      expect(claims.map(({ status }) => status)).not.toContain('error');
    } finally {
      await page.close();
    }
  });

  test('that another start of the server gave is replaced', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server(), AUTH);
    await server().kill();
    await server().sql(CHANGES);
    await server().launch();
    await demo.expectRecovered(server());
  });

  test('is served over SSE, with a new link for a new token', async ({ page }) => {
    const demo = new DemoPage(page);
    const asked: string[] = [];
    page.on('request', (request) => {
      const { authorization = '' } = request.headers();
      if (request.url().includes('/realtime/sse')) asked.push(authorization);
    });
    await demo.open(server(), AUTH);
    await demo.click('block-websocket');
    await demo.expectTransport('sse');
    await server().sql("update projects set city = 'Over SSE' where id = 4");
    await demo.expectTable(server());
    const distinct = () => new Set(asked).size;
    await expect.poll(distinct, { timeout: 4 * (TOKEN_MS + GRACE_MS) }).toBeGreaterThan(1);
    await server().sql("update projects set city = 'With a new token' where id = 4");
    await demo.expectTransport('sse');
    await demo.expectTable(server());
    expect(asked.every((header) => header.startsWith('Bearer '))).toBe(true);
  });
});

test.describe('a server that says when to come back', () => {
  const server = useDemoServer('postgres');

  test('is left alone for so long', async ({ page }) => {
    const RETRY_AFTER_S = 3;
    const demo = new DemoPage(page);
    // By the browser's clock: this process may hear of it late.
    const refusals: Array<{ askedAt: number; answeredAt: number }> = [];
    page.on('response', (response) => {
      const isStream = response.url().includes('/realtime/sse');
      if (!isStream || response.status() !== 503) return;
      const { startTime, responseStart } = response.request().timing();
      refusals.push({ askedAt: startTime, answeredAt: startTime + responseStart });
    });
    await demo.open(server());
    const client = await demo.clientId();
    const block = ['websocket', 'sse'];
    await server().fault({ client, block, retryAfter: RETRY_AFTER_S });
    await expect.poll(() => refusals.length, { timeout: 30_000 }).toBeGreaterThan(2);
    for (const [index, { askedAt }] of refusals.entries()) {
      const before = refusals[index - 1];
      if (before) expect(askedAt - before.answeredAt).toBeGreaterThan(RETRY_AFTER_S * 1000 - 20);
    }
    await server().fault({ client, block: [] });
    await demo.expectRecovered(server());
  });
});
