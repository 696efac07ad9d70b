import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { CHANGES } from './changes.ts';
import { DemoPage } from './demo-page.ts';
import { type DemoServer, useDemoServer } from './demo-server.ts';

const TABS = 8;

async function openTabs(
  context: BrowserContext,
  server: DemoServer,
  count: number,
): Promise<DemoPage[]> {
  const tabs: DemoPage[] = [];
  for (let k = 0; k < count; k++) {
    const demo = new DemoPage(await context.newPage());
    await demo.open(server, '&shared=1');
    tabs.push(demo);
  }
  return tabs;
}

async function expectConnections(server: DemoServer, count: number): Promise<void> {
  await expect
    .poll(async () => (await server.stats()).connections, { timeout: 15_000 })
    .toEqual({ websocket: count, sse: 0 });
}

/** What the page told its console of the library; Firefox itself hands on an error's class only. */
async function complaintsOf(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const complaints: string[] = [];
    Object.defineProperty(globalThis, 'complaints', { value: complaints });
    const { error } = console;
    console.error = (...given: unknown[]) => {
      const words = given.map(String).join(' ');
      if (words.includes('[tidemark]')) complaints.push(words);
      error(...given);
    };
  });
  return () => page.evaluate(() => (globalThis as unknown as { complaints: string[] }).complaints);
}

/** As in a browser that has none. */
async function withoutSharedWorker(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'SharedWorker');
  });
}

test.describe('a core in a Worker', () => {
  const server = useDemoServer('embedded');

  test('shows what changes, and what changed while the server was away', async ({ page }) => {
    const complaints = await complaintsOf(page);
    // The page could open none; its worker can.
    await page.addInitScript(() => {
      Reflect.deleteProperty(globalThis, 'WebSocket');
    });
    const demo = new DemoPage(page);
    await demo.open(server(), '&worker=1');
    await demo.expectTable(server());
    expect(page.workers()).toHaveLength(1);
    await expectConnections(server(), 1);

    await server().sql(`update projects set city = 'By worker' where id <= 3`);
    await demo.expectTable(server());

    const before = await server().projects();
    await server().kill();
    await server().sql(CHANGES);
    await expect(demo.status).toHaveText('reconnecting');
    expect((await demo.rows()).map(({ row }) => row)).toEqual(before);
    await server().launch();
    await demo.expectRecovered(server());
    expect(await complaints()).toEqual([]);
  });

  test('where a policy forbids workers the page does it, and says so once', async ({ page }) => {
    const complaints = await complaintsOf(page);
    await page.addInitScript(() => {
      const observer = new MutationObserver(() => {
        if (!document.head) return;
        observer.disconnect();
        const policy = document.createElement('meta');
        policy.httpEquiv = 'Content-Security-Policy';
        policy.content = "worker-src 'none'";
        document.head.append(policy);
      });
      observer.observe(document, { childList: true, subtree: true });
    });
    const demo = new DemoPage(page);
    await demo.open(server(), '&worker=1');
    await demo.expectTable(server());
    expect(page.workers()).toHaveLength(0);
    const said = await complaints();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('no worker, so the core runs in the page');
  });
});

test.describe('a core in a SharedWorker', () => {
  const server = useDemoServer('embedded');

  test('eight tabs hold one connection, and lose nothing as they close', async ({ context }) => {
    test.setTimeout(180_000);
    const tabs = await openTabs(context, server(), TABS);
    await expectConnections(server(), 1);
    for (const demo of tabs) await demo.expectTable(server());

    await server().sql(CHANGES);
    for (const demo of tabs) await demo.expectTable(server());

    await server().kill();
    await server().sql(`update projects set city = 'Meanwhile' where id <= 5;
      delete from projects where id = 6; insert into projects (name) values ('Meanwhile')`);
    for (const demo of tabs) await expect(demo.status).toHaveText('reconnecting');
    await server().launch();
    for (const demo of tabs) await demo.expectRecovered(server());
    await expectConnections(server(), 1);

    // The first to come is the first to go.
    for (let left = TABS - 1; left >= 1; left--) {
      await tabs.shift()?.page.close();
      await server().sql(`update projects set name = 'With ${left}' where id = 2;
        insert into projects (name) values ('After ${left}')`);
      for (const demo of tabs) await demo.expectTable(server());
      await expectConnections(server(), 1);
    }
    await tabs[0]?.page.close();
    await expectConnections(server(), 0);
  });
});

test.describe('a core in the Worker of one tab for all', () => {
  const server = useDemoServer('embedded');

  test('another tab takes over, and nothing is lost', async ({ context }) => {
    test.setTimeout(180_000);
    await withoutSharedWorker(context);
    const tabs = await openTabs(context, server(), 4);
    await expectConnections(server(), 1);
    const withWorker = () => tabs.map(({ page }) => page.workers().length);
    expect(withWorker()).toEqual([1, 0, 0, 0]);

    for (let left = 3; left >= 1; left--) {
      const leader = tabs[withWorker().indexOf(1)];
      tabs.splice(tabs.indexOf(leader as DemoPage), 1);
      await leader?.page.close();
      await server().sql(`update projects set city = 'Handed over ${left}' where id <= 4;
        delete from projects where id = ${20 + left};
        insert into projects (name) values ('Handed over ${left}')`);
      for (const demo of tabs) await demo.expectRecovered(server());
      await expectConnections(server(), 1);
      expect(withWorker().filter((count) => count === 1)).toHaveLength(1);
    }
  });
});
