import { expect, type Locator, type Page } from '@playwright/test';
import type { DemoServer } from './demo-server.ts';
import {
  type PageRecord,
  type Row,
  readRecord,
  readRows,
  type ShownRow,
  startRecord,
} from './page-record.ts';
import { HEARTBEAT_MS } from './truth.ts';

/** Short, so that every recovery happens within a test. */
export const INTERVALS = `reconnect=100&poll=300&probe=500&heartbeat=${HEARTBEAT_MS}`;

/** The demo page in a browser, as its reader sees it. */
export class DemoPage {
  readonly page: Page;
  readonly status: Locator;
  readonly transport: Locator;
  readonly continuity: Locator;
  readonly events: Locator;

  constructor(page: Page) {
    this.page = page;
    this.status = page.getByTestId('status');
    this.transport = page.getByTestId('transport');
    this.continuity = page.getByTestId('continuity');
    this.events = page.getByTestId('event');
  }

  /** Opens it and waits until it is live. */
  async open(server: DemoServer, search = ''): Promise<void> {
    await this.visit(server, search);
    await this.expectTransport('websocket');
    await expect(this.continuity).toHaveText('live');
    await expect(this.page.locator('[data-row-id]').first()).toBeVisible();
  }

  async visit(server: DemoServer, search = ''): Promise<void> {
    // The highlights of a burst, painted without a GPU, take longer than everything else.
    await this.page.emulateMedia({ reducedMotion: 'reduce' });
    await this.page.goto(`${server.url}/?${INTERVALS}${search}`);
  }

  async expectTransport(
    transport: 'websocket' | 'sse' | 'polling',
    timeout = 10_000,
  ): Promise<void> {
    await expect(this.transport).toHaveAttribute('data-transport', transport, { timeout });
    await expect(this.status).toHaveText(transport === 'polling' ? 'reconnecting' : 'connected');
  }

  /** Back on its best link, up to date, and it says so. */
  async expectRecovered(server: DemoServer, timeout = 20_000): Promise<void> {
    await this.expectTransport('websocket', timeout);
    await expect(this.continuity).toHaveText('live', { timeout });
    await this.expectTable(server, timeout);
  }

  click(button: string): Promise<void> {
    return this.page.getByTestId(button).click();
  }

  /** Has the server treat this page's frames so, or well again. */
  async spoil(server: DemoServer, frames: Record<string, number> | null): Promise<void> {
    await server.fault({ client: await this.clientId(), frames });
  }

  /** By which name the server breaks this page's links. */
  async clientId(): Promise<string> {
    return (await this.page.locator('body').getAttribute('data-client')) ?? '';
  }

  rows(): Promise<ShownRow[]> {
    return this.page.evaluate(readRows);
  }

  /** All rows, all columns, in order, also as shown. */
  async expectTable(server: DemoServer, timeout = 10_000): Promise<void> {
    await expect(async () => {
      const truth = await server.projects();
      const shown = await this.rows();
      expect(shown.map(({ row }) => row)).toEqual(truth);
      expect(shown.map(({ cells }) => cells)).toEqual(truth.map(cellsOf));
    }).toPass({ timeout, intervals: [50, 100, 200] });
  }

  async renderCount(): Promise<number> {
    return Number(await this.page.getByTestId('render-count').textContent());
  }

  /** Counts the frames that the browser paints from now on; resolves with how to read that. */
  async countFrames(): Promise<() => Promise<number>> {
    const frames = await this.page.evaluateHandle(() => {
      const counter = { count: 0 };
      const next = () => {
        counter.count++;
        requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
      return counter;
    });
    return () => frames.evaluate(({ count }) => count);
  }

  /**
   * Changes a row by SQL; resolves with the milliseconds from the statement's return to the
   * row's appearance in the page, 0 if it was there before. `text: null` waits for the row to go.
   */
  async timeToShow(
    change: () => Promise<unknown>,
    expected: { text: string | null; id?: number },
  ): Promise<number> {
    const watch = await this.page.evaluateHandle(({ text, id }) => {
      const isThere = (): boolean => {
        const rows = [...document.querySelectorAll<HTMLElement>('[data-row-id]')];
        const candidates = rows.filter((row) => id === undefined || row.dataset.rowId === `${id}`);
        if (text === null) return candidates.length === 0;
        return candidates.some((row) => row.textContent?.includes(text));
      };
      const seen = new Promise<number>((resolve) => {
        const check = () => {
          if (!isThere()) return;
          observer.disconnect();
          resolve(Date.now());
        };
        const observer = new MutationObserver(check);
        const everything = { childList: true, subtree: true, characterData: true };
        observer.observe(document.body, { ...everything, attributes: true });
        check();
      });
      // In an object, or it would be awaited before the change is made.
      return { seen };
    }, expected);
    await change();
    const returned = Date.now();
    return Math.max(0, (await watch.evaluate(({ seen }) => seen)) - returned);
  }

  /** Notes what the page says of itself from now on; resolves with how to read that. */
  async record(): Promise<() => Promise<PageRecord>> {
    await this.page.evaluate(startRecord);
    return () => this.page.evaluate(readRecord);
  }
}

/** What the cells of a row ought to say. */
export function cellsOf(row: Row): string[] {
  const { id, name, status, city, budget, volunteers_needed, tags, version } = row;
  const cells = [id, name, status, city, budget, volunteers_needed];
  return [...cells, (tags as string[]).join(', '), version].map(String);
}
