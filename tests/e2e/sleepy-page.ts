import { expect } from '@playwright/test';
import type { Browser, Page } from 'puppeteer-core';
import { cellsOf, INTERVALS } from './demo-page.ts';
import type { DemoServer } from './demo-server.ts';
import { type Claim, type PageRecord, readRecord, readRows, startRecord } from './page-record.ts';
import { launchSleepy, type SleepyName, type SleepyWay, sleepyWays } from './sleepy-browsers.ts';

/** The demo page in a browser that hides its tabs, and puts them to sleep, as for a user. */
export class SleepyPage {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #way: SleepyWay;

  private constructor(browser: Browser, page: Page, way: SleepyWay) {
    this.#browser = browser;
    this.#page = page;
    this.#way = way;
  }

  /** Opens it, waits until it is live, and notes everything that it says of itself. */
  static async open(server: DemoServer, name: SleepyName, search = ''): Promise<SleepyPage> {
    const browser = await launchSleepy(name);
    try {
      const [page] = await browser.pages();
      if (!page) throw new Error('the browser has no page');
      await page.goto(`${server.url}/?${INTERVALS}${search}`);
      const sleepy = new SleepyPage(browser, page, await sleepyWays[name](browser, page, server));
      await sleepy.expectSays({ status: 'connected', continuity: 'live' });
      await page.evaluate(startRecord);
      return sleepy;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#way.wake();
    await this.#browser.close();
  }

  /** Another tab comes to the front. */
  async hide(): Promise<void> {
    const other = await this.#browser.newPage();
    await other.bringToFront();
    await this.#expectVisibility('hidden');
  }

  async show(): Promise<void> {
    await this.#page.bringToFront();
    await this.#expectVisibility('visible');
  }

  /** Another tab comes to the front, and no script of this one runs until `wake`. */
  async sleep(): Promise<void> {
    await this.hide();
    await this.#way.sleep();
  }

  async wake(): Promise<void> {
    await this.#way.wake();
    await this.show();
  }

  record(): Promise<PageRecord> {
    return this.#page.evaluate(readRecord);
  }

  /** Waits until the page says so. */
  async expectSays(expected: Partial<Claim>, timeout = 20_000): Promise<void> {
    const read = () =>
      this.#page.evaluate(
        (names) =>
          Object.fromEntries(
            names.map((name) => [
              name,
              document.querySelector(`[data-testid=${name}]`)?.textContent ?? '',
            ]),
          ),
        Object.keys(expected),
      );
    await expect.poll(read, { timeout, intervals: [50, 100, 200] }).toEqual(expected);
  }

  /** All rows, all columns, in order, also as shown. */
  async expectTable(server: DemoServer, timeout = 10_000): Promise<void> {
    await expect(async () => {
      const truth = await server.projects();
      const shown = await this.#page.evaluate(readRows);
      expect(shown.map(({ row }) => row)).toEqual(truth);
      expect(shown.map(({ cells }) => cells)).toEqual(truth.map(cellsOf));
    }).toPass({ timeout, intervals: [50, 100, 200] });
  }

  async expectRecovered(server: DemoServer): Promise<void> {
    await this.expectSays({ status: 'connected', transport: 'WebSocket', continuity: 'live' });
    await this.expectTable(server, 20_000);
  }

  async #expectVisibility(state: DocumentVisibilityState): Promise<void> {
    await expect.poll(() => this.#page.evaluate(() => document.visibilityState)).toBe(state);
  }
}
