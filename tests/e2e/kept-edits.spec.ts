import { type BrowserContext, expect, test } from '@playwright/test';
import { BACKENDS } from './database.ts';
import { type DemoServer, useDemoServer } from './demo-server.ts';
import { bundleEditsPage, EditsTab, serveEditsPage } from './edits-browser.ts';
import { Held } from './held.ts';

let code: string;
test.beforeAll(async () => {
  code = await bundleEditsPage();
});

/** Rows that no other test touches; what the server is told of them is counted from here. */
async function fresh(server: DemoServer, ...ids: number[]): Promise<() => Promise<string[]>> {
  const values = ids.map((id) => `(${id}, 'p${id}', 'Lahore', 10)`).join(',');
  await server.sql(`insert into projects (id, name, city, budget) values ${values}`);
  const [head] = await server.sql('select coalesce(max(seq), 0)::text as seq from outbox');
  return async () => {
    const rows = await server.sql(
      `select action, row->>'name' as name, mutation from outbox where seq > ${head?.seq} order by seq`,
    );
    const ids = rows.map(({ mutation }) => mutation);
    expect(new Set(ids).size, 'each edit arrives once').toBe(ids.length);
    return rows.map(({ action, name }) => `${action} ${name}`);
  };
}

/** The mutation ids that are sent from now on. */
function mutationsOf(context: BrowserContext): string[] {
  const sent: string[] = [];
  context.on('request', (request) => {
    const id = request.headers()['tidemark-mutation'];
    if (id !== undefined) sent.push(id);
  });
  return sent;
}

const open = (context: BrowserContext, server: DemoServer, search?: string) =>
  EditsTab.open(context, server, search);

for (const backend of BACKENDS) {
  test.describe(`edits over a reload, ${backend}`, () => {
    const server = useDemoServer(backend);
    test.beforeEach(({ context }) => serveEditsPage(context, server(), code));

    test('made offline, they reach the database once and in order', async ({ context }) => {
      const written = await fresh(server(), 101, 102);
      const tab = await open(context, server());
      await expect(tab.row(102)).toHaveText('p102, Lahore, 10');
      await expect(tab.list).toHaveAttribute('data-transport', 'websocket');
      const sent = mutationsOf(context);
      await tab.setOffline(true);
      await tab.edit('update', { id: 101, name: 'one' });
      await tab.edit('insert', { name: 'two', city: 'Multan', budget: 1 });
      await tab.edit('update', { id: 102, name: 'three' });
      await tab.edit('update', { id: 101, name: 'four', city: 'Karachi' });
      await expect(tab.row(101)).toHaveText('four, Karachi, 10');
      const four = ['update one', 'insert two', 'update three', 'update four'];
      await expect.poll(() => tab.kept()).toEqual(four);
      expect(await written()).toEqual([]);

      await tab.load();
      expect(await tab.kept()).toEqual(four);
      await tab.setOffline(false);
      await expect.poll(written, { timeout: 20_000 }).toEqual(four);
      await expect(tab.row(101)).toHaveText('four, Karachi, 10');
      await expect(tab.row(102)).toHaveText('three, Lahore, 10');
      await expect(tab.list.getByText('two, Multan, 1')).toHaveCount(1);
      await expect.poll(() => tab.kept()).toEqual([]);
      expect(await tab.reports()).toEqual([]);

      await tab.load();
      await expect(tab.row(102)).toHaveText('three, Lahore, 10');
      expect(await written()).toEqual(four);
      // The server would take one that is sent twice once.
      expect(sent).toHaveLength(4);
    });
  });
}

test.describe('edits over a reload', () => {
  const server = useDemoServer('postgres');
  test.beforeEach(({ context }) => serveEditsPage(context, server(), code));

  test('what others did meanwhile is taken into account before they are sent', async ({
    context,
  }) => {
    const written = await fresh(server(), 201);
    const tab = await open(context, server());
    await expect(tab.row(201)).toHaveText('p201, Lahore, 10');
    await tab.cutOff();
    await tab.edit('update', { id: 201, budget: 15 });
    await expect.poll(() => tab.kept()).toEqual(['update']);
    await tab.leave();
    await server().sql("update projects set budget = 100, city = 'Multan' where id = 201");
    await tab.load();
    await expect(tab.row(201)).toHaveText('p201, Multan, 105');
    await expect.poll(written).toHaveLength(2);
    const [row] = await server().sql('select budget::text as budget from projects where id = 201');
    expect(Number(row?.budget)).toBe(105);
  });

  test('a server that is down is waited for', async ({ context }) => {
    const written = await fresh(server(), 301);
    const tab = await open(context, server());
    await expect(tab.row(301)).toBeVisible();
    await server().kill();
    await tab.edit('update', { id: 301, name: 'patient' });
    await expect.poll(() => tab.kept()).toEqual(['update patient']);
    await tab.load();
    await server().launch();
    await expect.poll(written, { timeout: 20_000 }).toEqual(['update patient']);
    await expect(tab.row(301)).toHaveText('patient, Lahore, 10');
    await expect.poll(() => tab.kept()).toEqual([]);
  });

  test('an edit of this page whose request fails stays, and is sent again', async ({ context }) => {
    const written = await fresh(server(), 401);
    const tab = await open(context, server());
    await expect(tab.row(401)).toBeVisible();
    let tries = 0;
    await tab.page.route('**/api/projects/401', (route) => {
      tries++;
      if (tries === 1) return route.abort();
      // What stands before a server answers while that is being replaced.
      if (tries === 2) return route.fulfill({ status: 503 });
      return tries < 5 ? route.abort() : route.fallback();
    });
    await tab.edit('update', { id: 401, name: 'stubborn' });
    await expect.poll(() => tries).toBeGreaterThan(2);
    await expect(tab.row(401)).toHaveText('stubborn, Lahore, 10');
    expect(await tab.outcomes()).toEqual([]);
    await expect.poll(written, { timeout: 20_000 }).toEqual(['update stubborn']);
    await expect.poll(() => tab.outcomes()).toEqual(['update done']);
  });

  test('a tab sends those of a closed one, and not those of an open one', async ({ context }) => {
    const written = await fresh(server(), 501);
    const first = await open(context, server());
    await expect(first.row(501)).toBeVisible();
    await first.cutOff();
    await first.edit('update', { id: 501, name: 'first' });
    await first.edit('insert', { name: 'second', city: 'Multan', budget: 2 });
    await expect.poll(() => first.kept()).toEqual(['update first', 'insert second']);

    const other = await open(context, server());
    await expect(other.row(501)).toHaveText('p501, Lahore, 10');
    // Its own go out: it is through with what it adopts.
    await other.edit('update', { id: 501, city: 'Karachi' });
    await expect.poll(written).toEqual(['update p501']);
    await expect.poll(() => first.kept()).toEqual(['update first', 'insert second']);

    const sent = mutationsOf(context);
    await first.page.close();
    const all = ['update p501', 'update first', 'insert second'];
    await expect.poll(written, { timeout: 20_000 }).toEqual(all);
    await expect(other.row(501)).toHaveText('first, Karachi, 10');
    await expect.poll(() => other.kept()).toEqual([]);
    expect(sent).toHaveLength(2);
  });

  for (const locks of ['with', 'without']) {
    test(`of several pages that open at once, one sends them, ${locks} Web Locks`, async ({
      context,
    }) => {
      if (locks === 'without') {
        await context.addInitScript(() => {
          Object.defineProperty(navigator, 'locks', { value: undefined });
        });
      }
      const written = await fresh(server(), locks === 'with' ? 601 : 602);
      const first = await open(context, server());
      await expect(first.list.locator('li').first()).toBeVisible();
      await first.cutOff();
      const names = Array.from({ length: 8 }, (_, i) => `${locks} ${i}`);
      for (const name of names) await first.edit('insert', { name, city: 'Multan', budget: 2 });
      await expect.poll(() => first.kept()).toHaveLength(names.length);
      await first.page.close();
      const sent = mutationsOf(context);
      // Firefox opens its tabs one after the other.
      const tabs = [
        await EditsTab.empty(context, server()),
        await EditsTab.empty(context, server()),
      ];
      await Promise.all(tabs.map((tab) => tab.load('?twins=3')));
      const all = names.map((name) => `insert ${name}`);
      await expect.poll(written, { timeout: 20_000 }).toEqual(all);
      for (const tab of tabs) {
        await expect.poll(() => tab.kept()).toEqual([]);
        for (const name of names) await expect(tab.list.getByText(`${name},`)).toHaveCount(1);
      }
      expect(await written()).toEqual(all);
      // The server would take one that is sent twice once.
      expect(sent).toHaveLength(names.length);
    });
  }

  test('an edit of the new page waits for those of the earlier one', async ({ context }) => {
    const written = await fresh(server(), 651);
    const tab = await open(context, server());
    await expect(tab.row(651)).toBeVisible();
    await tab.cutOff();
    await tab.edit('update', { id: 651, name: 'earlier' });
    await expect.poll(() => tab.kept()).toEqual(['update earlier']);
    await tab.leave();
    await tab.load(`?eager=${encodeURIComponent('{"id":651,"name":"later"}')}`);
    const both = ['update earlier', 'update later'];
    await expect.poll(written, { timeout: 20_000 }).toEqual(both);
    await expect(tab.row(651)).toHaveText('later, Lahore, 10');
  });

  test('an edit of a new row follows it to the id that the server gave', async ({ context }) => {
    const written = await fresh(server(), 671);
    const tab = await open(context, server());
    await expect(tab.row(671)).toBeVisible();
    let create = () => {};
    const created = new Promise<void>((resolve) => {
      create = resolve;
    });
    await tab.page.route('**/api/projects*', async (route) => {
      if (route.request().method() === 'POST') await created;
      await route.fallback();
    });
    await tab.page.route('**/api/projects/*', (route) => route.abort());
    await tab.edit('insert', { name: 'new', city: 'Multan', budget: 4 });
    const temporary = tab.list.locator('[data-id^="temp-"]');
    await expect(temporary).toHaveText('new, Multan, 4');
    const id = (await temporary.getAttribute('data-id')) ?? '';
    await tab.edit('update', { id, name: 'newer' });
    await tab.edit('update', { id: 671, name: 'last' });
    await expect.poll(() => tab.kept()).toEqual(['insert new', 'update newer', 'update last']);
    create();
    await expect.poll(() => tab.kept()).toEqual(['update newer', 'update last']);
    await expect(temporary).toHaveCount(0);
    await tab.leave();
    await tab.load();
    const all = ['insert new', 'update newer', 'update last'];
    await expect.poll(written, { timeout: 20_000 }).toEqual(all);
    await expect(tab.list.getByText('newer, Multan, 4')).toHaveCount(1);
    expect(await tab.reports()).toEqual([]);
  });

  test('the server takes an edit once whose answer was lost with the page', async ({ context }) => {
    const written = await fresh(server(), 701);
    const tab = await open(context, server(), '?deaf');
    await expect(tab.row(701)).toBeVisible();
    // They never come: they are not released.
    const answers = await Held.all(tab.page, /\/api\/projects$/, 'POST', 'response');
    await tab.edit('insert', { name: 'once', city: 'Multan', budget: 3 });
    await answers.expectCount(1);
    await expect.poll(written).toEqual(['insert once']);
    expect(await tab.kept()).toEqual(['insert once']);
    await tab.leave();
    await tab.load('?deaf');
    await expect.poll(() => tab.kept()).toEqual([]);
    await expect(tab.list.getByText('once, Multan, 3')).toHaveCount(1);
    expect(await written()).toEqual(['insert once']);
  });

  test('one that the server refuses is taken back, reported and not tried again', async ({
    context,
  }) => {
    const written = await fresh(server(), 801);
    const tab = await open(context, server());
    await expect(tab.row(801)).toBeVisible();
    await tab.cutOff();
    await tab.edit('update', { id: 801, name: 'x', nothing: 1 } as object);
    await tab.edit('update', { id: 801, city: 'Multan' });
    await expect.poll(() => tab.kept()).toHaveLength(2);
    await tab.leave();
    await tab.load();
    await expect.poll(() => tab.kept()).toEqual([]);
    await expect(tab.row(801)).toHaveText('p801, Multan, 10');
    expect(await tab.reports()).toEqual([expect.stringMatching(/^edit_failed: .*projects.*400/)]);
    expect(await written()).toEqual(['update p801']);
  });

  test('without a way to send them, or in a form that is not known, they stay', async ({
    context,
  }) => {
    const written = await fresh(server(), 901);
    const tab = await open(context, server());
    await expect(tab.row(901)).toBeVisible();
    await tab.cutOff();
    await tab.edit('update', { id: 901, name: 'later' });
    await expect.poll(() => tab.kept()).toEqual(['update later']);
    await tab.leave();
    await tab.load('?mute');
    await expect
      .poll(() => tab.reports())
      .toEqual([expect.stringMatching(/^no_sender: .*projects/)]);
    await expect(tab.row(901)).toHaveText('p901, Lahore, 10');
    expect(await tab.kept()).toEqual(['update later']);

    await tab.page.evaluate(async () => {
      const opening = indexedDB.open('edits', 1);
      await new Promise((resolve) => {
        opening.onsuccess = resolve;
      });
      const record = { session: 'gone', entity: 'projects', at: 0 };
      const store = opening.result.transaction('edits', 'readwrite').objectStore('edits');
      store.put({ ...record, key: 'bad', saved: '{"action":"update","data":{"name":"bad"}}' });
      opening.result.close();
    });
    await tab.load();
    await expect.poll(written, { timeout: 20_000 }).toEqual(['update later']);
    expect(await tab.reports()).toEqual([expect.stringMatching(/^bad_edit:/)]);
    await expect.poll(() => tab.kept()).toEqual(['update bad']);
  });

  test('dispose leaves them to the next page', async ({ context }) => {
    const written = await fresh(server(), 1001);
    const tab = await open(context, server());
    await expect(tab.row(1001)).toBeVisible();
    await tab.cutOff();
    await tab.edit('update', { id: 1001, name: 'left' });
    await expect(tab.row(1001)).toHaveText('left, Lahore, 10');
    await tab.page.evaluate(() =>
      (window as unknown as { page: { dispose(): void } }).page.dispose(),
    );
    await expect.poll(() => tab.kept()).toEqual(['update left']);
    const next = await open(context, server());
    await expect.poll(written, { timeout: 20_000 }).toEqual(['update left']);
    await expect.poll(() => next.kept()).toEqual([]);
  });

  test('a browser without storage says so once, and edits as usual', async ({ context }) => {
    const written = await fresh(server(), 1101);
    await context.addInitScript(() => {
      Object.defineProperty(globalThis, 'indexedDB', {
        value: {
          open: () => {
            throw new DOMException('denied', 'SecurityError');
          },
        },
      });
    });
    const tab = await open(context, server());
    await expect(tab.row(1101)).toBeVisible();
    await tab.edit('update', { id: 1101, name: 'as usual' });
    await tab.edit('update', { id: 1101, city: 'Multan' });
    await expect.poll(() => tab.outcomes()).toEqual(['update done', 'update done']);
    expect(await written()).toHaveLength(2);
    expect(await tab.reports()).toEqual([expect.stringMatching(/^edits_not_kept: .*denied/)]);
  });
});
