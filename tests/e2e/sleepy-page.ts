import { expect } from '@playwright/test';
import puppeteer, { type Browser, type CDPSession, type Page } from 'puppeteer-core';
import { findChromium } from '../../scripts/lib/browser.mjs';
import { cellsOf, INTERVALS } from './demo-page.ts';
import type { DemoServer } from './demo-server.ts';
import { type Claim, type PageRecord, readRecord, readRows, startRecord } from './page-record.ts';

/** Puppeteer keeps hidden pages running as if they were seen, unless these are left out. */
const WAKEFUL = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** The demo page in a browser that hides and freezes its tabs as for a user. */
export class SleepyPage {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #devtools: CDPSession;

  private constructor(browser: Browser, page: Page, devtools: CDPSession) {
    this.#browser = browser;
    this.#page = page;
    this.#devtools = devtools;
  }

  /** Opens it, waits until it is live, and notes everything that it says of itself. */
  static async open(server: DemoServer, search = ''): Promise<SleepyPage> {
    const executablePath = findChromium();
    if (!executablePath) throw new Error('there is no Chromium; see CONTRIBUTING.md');
    const browser = await puppeteer.launch({
      executablePath,
      ignoreDefaultArgs: WAKEFUL,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    try {
      const [page] = await browser.pages();
      if (!page) throw new Error('the browser has no page');
      await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
      await page.goto(`${server.url}/?${INTERVALS}${search}`);
      const sleepy = new SleepyPage(browser, page, await page.createCDPSession());
      await sleepy.expectSays({ status: 'connected', continuity: 'live' });
      await page.evaluate(startRecord);
      return sleepy;
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#browser.close();
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
    await this.#devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  }

  async wake(): Promise<void> {
    await this.#devtools.send('Page.setWebLifecycleState', { state: 'active' });
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
