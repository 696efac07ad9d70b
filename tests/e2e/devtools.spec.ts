import { expect, type Locator, type Page } from '@playwright/test';
import { violationsOf } from './axe.ts';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';
import { downloaded } from './download.ts';
import { Editor } from './editor.ts';
import { Held } from './held.ts';
import { SCHEMES, test } from './scheme.ts';

const ROW = /\/api\/projects\/\d+$/;

/** The panel as its reader sees it. */
class Devtools {
  readonly panel: Locator;

  constructor(page: Page) {
    this.panel = page.getByRole('region', { name: 'Tidemark devtools' });
  }

  static async open(page: Page): Promise<Devtools> {
    await page.getByRole('button', { name: 'Open Tidemark devtools' }).click();
    return new Devtools(page);
  }

  choose(name: string): Promise<void> {
    return this.panel.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  }

  /** What became of a row's events, newest first. */
  async fates(id: string): Promise<Array<string | undefined>> {
    const rows = await this.rows('Events, newest first');
    return rows.filter(([, , , , row]) => row === id).map(([, fate]) => fate);
  }

  /** The cells of a table's rows, below its head. */
  async rows(name: string): Promise<string[][]> {
    const rows = this.panel.getByRole('table', { name }).locator('tbody tr');
    return rows.evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')),
    );
  }
}

test.describe('the devtools', () => {
  const server = useDemoServer('postgres');

  test('tell how a cut link came back', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server());
    const devtools = await Devtools.open(page);
    // What was before it was opened is there too.
    await expect
      .poll(async () => (await devtools.rows('History, newest first')).map(([, status]) => status))
      .toContain('connected');
    await server().fault({ client: await demo.clientId(), cut: true });
    const history = async () =>
      (await devtools.rows('History, newest first')).map(([, status, transport, , because]) => [
        status,
        transport,
        because,
      ]);
    await expect
      .poll(async () => (await history()).slice(0, 2))
      .toEqual([
        ['connected', 'websocket', 'the link opened'],
        ['reconnecting', '–', 'closed, 1006 (broken, without a goodbye)'],
      ]);
    const times = (await devtools.rows('History, newest first')).map(([time]) => time ?? '');
    for (const time of times) expect(time).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
    await expect(devtools.panel.getByRole('img', { name: /^Round trips/ })).toBeVisible();
    await devtools.choose('Queries');
    const query = async () => (await devtools.rows('Queries'))[0];
    await expect
      .poll(async () => (await query())?.slice(1, 4))
      .toEqual(['live', 'websocket', 'in step']);
    expect(Number((await query())?.[4])).toBe((await server().projects()).length);
  });

  test('tell a repeated event as such', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server());
    const devtools = await Devtools.open(page);
    await devtools.choose('Events');
    await demo.spoil(server(), { duplicate: 1, seed: 1 });
    await server().sql("update projects set city = 'Twice' where id = 3");
    await expect.poll(() => devtools.fates('3')).toEqual(['duplicate', 'applied']);

    await demo.spoil(server(), null);
    await demo.expectRecovered(server());
  });

  test('tell an event that a newer answer has overtaken as stale', async ({ page }) => {
    const held: Array<() => void> = [];
    let isHolding = false;
    await page.routeWebSocket(/\/realtime/, (socket) => {
      socket.connectToServer().onMessage((message) => {
        if (isHolding) held.push(() => socket.send(message));
        else socket.send(message);
      });
    });
    // With the demo's own intervals: its heartbeat can wait for what is held.
    await page.goto(server().url);
    await expect(page.getByTestId('continuity')).toHaveText('live');
    isHolding = true;
    await server().sql("update projects set city = 'Slow' where id = 4");
    await new Editor(page).edit(4, { Name: 'Newer' });
    const row = page.locator('[data-row-id="4"]');
    await expect(row).toContainText('Slow');
    await expect(row).toContainText('Newer');
    const devtools = await Devtools.open(page);
    await devtools.choose('Events');
    isHolding = false;
    for (const send of held) send();
    await expect.poll(() => devtools.fates('4')).toEqual(['unchanged', 'stale']);
    await expect(row).toContainText('Newer');
  });

  test('show an edit for as long as it is pending', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server());
    const saves = await Held.all(page, ROW, 'PATCH', 'request');
    await new Editor(page).edit(5, { Name: 'Held' });
    await saves.expectCount(1);
    const devtools = await Devtools.open(page);
    await devtools.choose('Edits');
    await expect
      .poll(async () => (await devtools.rows('Pending edits'))[0]?.slice(1, 5))
      .toEqual(['sent', 'projects', 'update', '5']);
    await server().sql("update projects set name = 'Theirs' where id = 5");
    await expect
      .poll(async () => (await devtools.rows('Conflicts'))[0]?.slice(1))
      .toEqual(['projects', '5', 'name', '"Theirs"']);
    saves.release();
    await expect(devtools.panel.getByText('No edit is pending.')).toBeVisible();
    await demo.expectRecovered(server());
  });

  test('record, and the recording is a file', async ({ page }) => {
    const demo = new DemoPage(page);
    await demo.open(server());
    const devtools = await Devtools.open(page);
    await devtools.choose('Recorder');
    await devtools.panel.getByRole('button', { name: 'Start' }).click();
    await demo.expectRecovered(server());
    await server().sql("update projects set name = 'Not in the file' where id = 6");
    await demo.expectTable(server());
    const text = await downloaded(page, () =>
      devtools.panel.getByRole('button', { name: 'Download' }).click(),
    );
    const recording = JSON.parse(text) as { format: number; inputs: unknown[][] };
    expect(recording.format).toBe(1);
    expect(recording.inputs.map(([method]) => method)).toContain('frame');
    expect(text).not.toContain('Not in the file');
  });

  for (const scheme of SCHEMES) {
    test(`are free of what axe finds, ${scheme}`, async ({ pageIn }) => {
      const page = await pageIn(scheme);
      const demo = new DemoPage(page);
      await demo.open(server());
      const saves = await Held.all(page, ROW, 'PATCH', 'request');
      await new Editor(page).edit(7, { Name: `Held, ${scheme}` });
      await saves.expectCount(1);
      const find = () => violationsOf(page, { within: '.tidemark-devtools' });
      expect(await find()).toEqual([]);
      const devtools = await Devtools.open(page);
      for (const name of ['Connection', 'Queries', 'Events', 'Edits', 'Memory', 'Recorder']) {
        await devtools.choose(name);
        if (name === 'Events') {
          await server().sql("update projects set city = 'Axe' where id = 8");
          await expect.poll(() => devtools.fates('8')).toContain('applied');
        }
        expect(await find(), name).toEqual([]);
      }
      saves.release();
    });
  }
});
