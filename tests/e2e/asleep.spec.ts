import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@playwright/test';
import { CHANGES } from './changes.ts';
import { useDemoServer } from './demo-server.ts';
import type { SleepyName } from './sleepy-browsers.ts';
import { SleepyPage } from './sleepy-page.ts';
import { expectLiveRows, expectTruthful, KNOWN_AFTER_MS } from './truth.ts';

/** A browser runs the timers of a hidden page once a second only. */
const HIDDEN_TIMER_MS = 1000;

test.describe('a tab that nobody looks at', () => {
  const server = useDemoServer('postgres');
  let page: SleepyPage;

  test.beforeEach(async ({ browserName }) => {
    page = await SleepyPage.open(server(), browserName as SleepyName);
  });
  test.afterEach(() => page.close());

  test('is kept up to date', async () => {
    await page.hide();
    await server().sql(CHANGES);
    await page.expectTable(server());
    await page.show();
    await page.expectRecovered(server());
  });

  test('knows a killed server, and recovers when it is looked at', async () => {
    await page.hide();
    await server().kill();
    const from = Date.now();
    await server().sql(CHANGES);
    await page.expectSays({ status: 'reconnecting' });
    await pause(KNOWN_AFTER_MS.closed);
    const to = Date.now();
    await server().launch();
    await page.show();
    await page.expectRecovered(server());
    expectTruthful(await page.record(), { from, to, lost: 'closed' });
  });

  test('knows a server that hangs', async () => {
    await page.hide();
    server().freeze();
    const from = Date.now();
    await server().sql(CHANGES);
    await page.expectSays({ status: 'reconnecting' });
    await pause(Math.max(0, from + KNOWN_AFTER_MS.silent + 3 * HIDDEN_TIMER_MS - Date.now()));
    const to = Date.now();
    server().thaw();
    await page.show();
    await page.expectRecovered(server());
    // The ping and the look for its answer are each late by up to one turn of the timers.
    const known = from + 2 * HIDDEN_TIMER_MS;
    expectTruthful(await page.record(), { from: known, to, lost: 'silent' });
  });

  test('put to sleep and woken, is up to date again', async () => {
    const { claims: before } = await page.record();
    await page.sleep();
    await server().sql(CHANGES);
    const truth = await server().projects();
    const wokenAt = Date.now();
    await page.wake();
    await page.expectRecovered(server());
    // Sleeping ended its WebSocket, and the page said so.
    await expectLiveRows(() => page.record(), wokenAt, truth);
    const { claims } = await page.record();
    const since = claims.slice(before.length).map(({ status }) => status);
    expect(since).toContain('reconnecting');
    expect(since.at(-1)).toBe('connected');
  });

  test('asleep while the server went, claims nothing when it wakes', async () => {
    await page.sleep();
    await server().kill();
    await server().sql(CHANGES);
    await page.wake();
    const from = Date.now();
    await page.expectSays({ status: 'reconnecting' });
    await pause(KNOWN_AFTER_MS.closed);
    const to = Date.now();
    await server().launch();
    await page.expectRecovered(server());
    expectTruthful(await page.record(), { from, to, lost: 'closed' });
  });

  test('asleep while the server was replaced, starts afresh', async () => {
    await page.sleep();
    await server().kill();
    await server().sql(`${CHANGES}; update outbox_meta set epoch = 'another'`);
    await server().launch();
    await server().sql("update projects set name = 'Under the new server' where id = 5");
    await page.wake();
    await page.expectRecovered(server());
  });
});
