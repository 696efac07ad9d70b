import { type Browser, type BrowserContext, expect, test } from '@playwright/test';
import { DemoPage } from './demo-page.ts';
import { useDemoServer } from './demo-server.ts';
import { Editor, type Fields, Sightings } from './editor.ts';
import { Held } from './held.ts';
import { setOffline } from './offline.ts';

const ROW = /\/api\/projects\/\d+$/;
const LIST = /\/api\/projects(\?|$)/;

/** Somebody with a browser of his own. */
interface User {
  demo: DemoPage;
  editor: Editor;
  context: BrowserContext;
}

async function arrive(browser: Browser): Promise<User> {
  const context = await browser.newContext();
  const page = await context.newPage();
  return { demo: new DemoPage(page), editor: new Editor(page), context };
}

/** What a user's page shows of a row. */
function shown({ demo }: User, id: number): () => Promise<Record<string, unknown> | undefined> {
  return async () => (await demo.rows()).find(({ row }) => row.id === id)?.row;
}

test.describe('two users', () => {
  const server = useDemoServer('postgres');
  let mine: User;
  let other: User;

  test.beforeEach(async ({ browser }) => {
    // Firefox opens its windows one after the other.
    mine = await arrive(browser);
    other = await arrive(browser);
    await Promise.all([mine, other].map(({ demo }) => demo.open(server())));
  });
  test.afterEach(async () => {
    await Promise.all([mine.context.close(), other.context.close()]);
  });

  async function stored(id: number): Promise<Record<string, unknown> | undefined> {
    return (await server().projects()).find((row) => row.id === id);
  }

  /** Both pages show what is in the database, and nothing is under way. */
  async function expectTruth(): Promise<void> {
    for (const { demo } of [mine, other]) await demo.expectRecovered(server());
  }

  test('edit different fields of a row at once, and both edits survive', async () => {
    const saves = await Held.all(mine.demo.page, ROW, 'PATCH', 'request');
    await mine.editor.edit(3, { Name: 'My name' });
    await saves.expectCount(1);
    await other.editor.edit(3, { City: 'Their city' });
    const both = { name: 'My name', city: 'Their city' };
    await expect.poll(shown(mine, 3)).toMatchObject(both);
    saves.release();
    await expect.poll(() => stored(3)).toMatchObject(both);
    await expectTruth();
  });

  // While mine waits for its turn, theirs is saved.
  for (const { policy, field, label, before, typed, theirs, after } of [
    {
      policy: 'rebase',
      field: 'name',
      label: 'Name',
      before: `'Before'`,
      typed: 'Mine',
      theirs: 'Theirs',
      after: 'Mine',
    },
    {
      policy: 'server-wins',
      field: 'status',
      label: 'Status',
      before: `'draft'`,
      typed: 'active',
      theirs: 'completed',
      after: 'completed',
    },
    {
      policy: 'last-write-wins',
      field: 'budget',
      label: 'Budget',
      before: '1',
      typed: '20',
      theirs: '300',
      after: 300,
    },
    {
      policy: 'increment',
      field: 'volunteers_needed',
      label: 'Needed',
      before: '1',
      typed: '3',
      theirs: '10',
      after: 12,
    },
    {
      policy: 'union',
      field: 'tags',
      label: 'Tags',
      before: `array['a', 'b']`,
      typed: 'a, mine',
      theirs: 'a, b, theirs',
      after: ['a', 'theirs', 'mine'],
    },
  ] as const) {
    test(`edit the same field at once: ${policy}`, async () => {
      await server().sql(`update projects set ${field} = ${before} where id = 5`);
      await expectTruth();
      await setOffline(mine.demo, server(), true);
      await expect(mine.demo.continuity).toHaveText('offline');
      await mine.editor.edit(5, { [label]: typed });
      const was = (await stored(5))?.[field];
      await other.editor.edit(5, { [label]: theirs });
      await expect.poll(async () => (await stored(5))?.[field]).not.toEqual(was);

      await setOffline(mine.demo, server(), false);
      await expect.poll(() => stored(5)).toHaveProperty(field, after);
      await expect.poll(shown(mine, 5)).toHaveProperty(field, after);
      await expectTruth();
      await expect(mine.editor.alert).toHaveCount(0);
    });
  }

  test('keep what the other one saved when my save fails', async () => {
    await server().sql(`update projects set name = 'Before', budget = 1, city = 'Before'
      where id = 6`);
    await expectTruth();
    await mine.demo.click('fail-save');
    await expect(mine.demo.page.getByTestId('fail-save')).toHaveAttribute('aria-pressed', 'true');
    const saves = await Held.all(mine.demo.page, ROW, 'PATCH', 'request');
    await mine.editor.edit(6, { Name: 'Refused' });
    await saves.expectCount(1);
    await other.editor.edit(6, { City: 'Theirs', Name: 'Theirs too' });
    await expect.poll(shown(mine, 6)).toMatchObject({ name: 'Refused', city: 'Theirs' });
    saves.release();
    const theirs = { name: 'Theirs too', city: 'Theirs', budget: 1 };
    await expect.poll(shown(mine, 6)).toMatchObject(theirs);
    await expect(mine.editor.alert).toContainText('503');
    expect(await stored(6)).toMatchObject(theirs);
    await expectTruth();
    // The switch is off again.
    await mine.editor.edit(6, { Name: 'Saved' });
    await expect.poll(() => stored(6)).toHaveProperty('name', 'Saved');
    await expectTruth();
  });

  test('lose only the edit that failed of two to one row', async () => {
    await server().sql(`update projects set name = 'Before', budget = 1 where id = 7`);
    await expectTruth();
    await mine.demo.click('fail-save');
    await expect(mine.demo.page.getByTestId('fail-save')).toHaveAttribute('aria-pressed', 'true');
    const saves = await Held.all(mine.demo.page, ROW, 'PATCH', 'request');
    await mine.editor.edit(7, { Name: 'Refused' });
    await saves.expectCount(1);
    await mine.editor.edit(7, { Budget: '50' });
    await saves.expectCount(2);
    await expect.poll(shown(mine, 7)).toMatchObject({ name: 'Refused', budget: 50 });
    saves.release();
    await expect.poll(() => stored(7)).toMatchObject({ name: 'Before', budget: 50 });
    await expectTruth();
  });

  for (const { first, at } of [
    { first: 'event', at: 'response' },
    { first: 'answer', at: 'request' },
  ] as const) {
    test(`see an inserted row once, the ${first} coming first`, async () => {
      const name = `Once, by ${first}`;
      const fields: Fields = { Name: name, City: 'Somewhere' };
      const sightings = await Sightings.ofName(mine.demo.page, name);
      const theirs = await Sightings.ofName(other.demo.page, name);
      const inserts = await Held.all(mine.demo.page, LIST, 'POST', at);
      await mine.editor.insert(fields);
      await inserts.expectCount(1);
      await expect.poll(() => sightings.values()).toEqual(['0', '1']);
      if (first === 'event') {
        // The server has it, and has told of it: both see its row, though mine has no answer yet.
        await expectTruth();
      } else {
        await mine.demo.spoil(server(), { delayMs: 1500, forMs: 20_000 });
      }
      inserts.release();
      await expect.poll(async () => (await server().projects()).at(-1)?.name).toBe(name);
      await expect.poll(() => theirs.values()).toEqual(['0', '1']);
      await expectTruth();
      // An event after it: the echo has come too.
      await mine.demo.spoil(server(), null);
      await server().sql("update projects set city = 'After it' where id = 2");
      await expect.poll(shown(mine, 2)).toHaveProperty('city', 'After it');
      await expectTruth();
      expect(await sightings.values()).toEqual(['0', '1']);
      expect(await theirs.values()).toEqual(['0', '1']);
    });
  }

  test('poll, and a poll in flight undoes no edit', async () => {
    await server().sql("update projects set name = 'Before' where id = 8");
    await expectTruth();
    await mine.demo.click('block-both');
    await mine.demo.expectTransport('polling');
    // Read before the edit, and late: the answer says what was.
    const polls = await Held.all(mine.demo.page, LIST, 'GET', 'response');
    await polls.expectCount(1);
    const sightings = await Sightings.ofField(mine.demo.page, 8, 'name');
    await mine.editor.edit(8, { Name: 'Edited' });
    await expect.poll(() => stored(8)).toHaveProperty('name', 'Edited');
    await expect.poll(shown(mine, 8)).toHaveProperty('name', 'Edited');
    polls.release();
    await other.editor.edit(8, { City: 'Polled later' });
    await expect.poll(shown(mine, 8)).toHaveProperty('city', 'Polled later');
    await mine.demo.expectTable(server());
    expect(await sightings.values()).toEqual(['"Before"', '"Edited"']);
    await mine.demo.click('block-both');
    await expectTruth();
  });

  test('poll, and a poll undoes no edit that is not saved yet', async () => {
    await server().sql("update projects set name = 'Before', city = 'Before' where id = 9");
    await expectTruth();
    await mine.demo.click('block-both');
    await mine.demo.expectTransport('polling');
    const saves = await Held.all(mine.demo.page, ROW, 'PATCH', 'request');
    const sightings = await Sightings.ofField(mine.demo.page, 9, 'name');
    await mine.editor.edit(9, { Name: 'Edited' });
    await saves.expectCount(1);
    // Polls go on, and bring what the other one did to the same row.
    await other.editor.edit(9, { City: 'Polled' });
    await expect.poll(shown(mine, 9)).toHaveProperty('city', 'Polled');
    saves.release();
    await expect.poll(() => stored(9)).toMatchObject({ name: 'Edited', city: 'Polled' });
    await mine.demo.expectTable(server());
    expect(await sightings.values()).toEqual(['"Before"', '"Edited"']);
    await mine.demo.click('block-both');
    await expectTruth();
  });
});
