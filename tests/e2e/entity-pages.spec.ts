import { expect, type FrameLocator, type Page, test } from '@playwright/test';
import { INTERVALS } from './demo-page.ts';
import { type DemoServer, useDemoServer } from './demo-server.ts';
import { Editor } from './editor.ts';
import type { Row } from './page-record.ts';
import { typeInto } from './typing.ts';

/** Each page, its table, and a filter of it with what that means in SQL. */
const PAGES = [
  {
    path: 'projects',
    table: 'projects',
    label: 'Status',
    value: 'draft',
    where: "status = 'draft'",
  },
  {
    path: 'applications',
    table: 'volunteer_applications',
    label: 'Status',
    value: 'accepted',
    where: "status = 'accepted'",
  },
  {
    path: 'volunteers',
    table: 'volunteers',
    label: 'Available',
    value: 'no',
    where: 'not available',
  },
  {
    path: 'payments',
    table: 'payment_approvals',
    label: 'Company',
    value: '2',
    where: 'corporate_id = 2',
  },
  {
    path: 'organizations',
    table: 'ngos',
    label: 'Verification',
    value: 'verified',
    where: "verification_status = 'verified'",
  },
  { path: 'admin/users', table: 'users', label: 'Role', value: 'editor', where: "role = 'editor'" },
  {
    path: 'admin/vetting',
    table: 'vetting_queue',
    label: 'Status',
    value: 'approved',
    where: "status = 'approved'",
    order: 'priority desc, id',
  },
] as const;

async function visit(page: Page, server: DemoServer, path: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(`${server.url}/?${INTERVALS}#/${path}`);
  await expect(page.getByTestId('continuity')).toHaveText('live');
}

function shownRows(page: Page): Promise<Row[]> {
  return page
    .locator('[data-row-id]')
    .evaluateAll((rows) =>
      rows.map((row) => JSON.parse((row as HTMLElement).dataset.row ?? 'null') as Row),
    );
}

test.describe('each entity’s page', () => {
  const server = useDemoServer('postgres');

  for (const { path, table, label, value, where, ...rest } of PAGES) {
    test(`${path} shows the filtered rows, live`, async ({ page }) => {
      const order = 'order' in rest ? rest.order : 'id';
      const expectTable = () =>
        expect(async () => {
          const stored = await server().sql(
            `select to_jsonb(t)::text as row from ${table} t where ${where} order by ${order}`,
          );
          const truth = stored.map(({ row }) => JSON.parse(String(row)) as Row);
          expect(truth.length).toBeGreaterThan(0);
          expect(await shownRows(page)).toEqual(truth);
        }).toPass({ timeout: 10_000 });
      await visit(page, server(), path);
      const filter = page.getByRole('search').getByLabel(label, { exact: true });
      if (value === '2') await typeInto(filter, value);
      else await filter.selectOption(value);
      await expectTable();
      await expect(page.getByTestId('continuity')).toHaveText('live');
      // One goes, the others change.
      await server().sql(`delete from ${table} where id = (
          select id from ${table} where ${where} order by id limit 1);
        update ${table} set details = '{"seen": true}' where ${where}`);
      await expectTable();
    });
  }

  test('the totals move', async ({ page }) => {
    await visit(page, server(), 'admin/stats');
    const expectTotals = () =>
      expect(async () => {
        const [totals] = await server().sql(`select
          (select count(*) from projects)::text as projects,
          (select count(*) from projects where status = 'active')::text as "activeProjects",
          (select count(*) from payment_approvals where status = 'pending')::text
            as "pendingPayments",
          (select count(*) from vetting_queue where status = 'pending')::text as "pendingVetting"`);
        for (const [name, count] of Object.entries(totals ?? {})) {
          await expect(page.getByTestId(`stat-${name}`)).toHaveText(String(count), { timeout: 50 });
        }
      }).toPass({ timeout: 10_000 });
    await expectTotals();
    await server().sql(`insert into projects (name, status) values ('One more', 'active');
      update payment_approvals set status = 'approved' where status = 'pending';
      insert into vetting_queue (subject) values ('New')`);
    await expectTotals();
  });

  test('two users side by side see each other’s edits', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(`${server().url}/?${INTERVALS}#/side-by-side`);
    const [left, right] = ['Ayesha’s page', 'Björn’s page'].map((title) =>
      page.frameLocator(`iframe[title="${title}"]`),
    ) as [FrameLocator, FrameLocator];
    for (const pane of [left, right]) {
      await expect(pane.getByTestId('continuity')).toHaveText('live');
    }
    const [mine, theirs] = [new Editor(left), new Editor(right)];
    await left.getByTestId('fail-save').click();
    await expect(left.getByTestId('fail-save')).toHaveAttribute('aria-pressed', 'true');
    await theirs.edit(2, { City: 'From the right' });
    await expect(left.locator('[data-row-id="2"]')).toContainText('From the right');
    await mine.edit(2, { Name: 'Refused' });
    await expect(mine.alert).toContainText('503');
    await expect(left.locator('[data-row-id="2"]')).not.toContainText('Refused');
    await mine.edit(2, { Name: 'From the left' });
    await expect(right.locator('[data-row-id="2"]')).toContainText('From the left');
    const [row] = await server().sql('select name, city from projects where id = 2');
    expect(row).toEqual({ name: 'From the left', city: 'From the right' });
  });
});
