// The pages of docs/getting-started.md and docs/offline.md, in a real browser, and the policies of
// docs/content-security-policy.md.
import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { GuidePage, TasksServer } from './guide-page.ts';
import { typeInto } from './typing.ts';

let server: TasksServer;
let guide: GuidePage;

test.afterEach(async () => {
  await guide?.stop();
  server?.stop();
  guide = server = undefined as never;
});

const task = (page: Page, title: string) => page.getByLabel(title, { exact: true });

test('examples/getting-started follows the server, and the server follows it', async ({ page }) => {
  server = await TasksServer.start();
  guide = await GuidePage.serve('getting-started', server);
  await page.goto(guide.url);
  await expect(page.getByText('live', { exact: true })).toBeVisible();

  const added = await server.write('POST', '/tasks', { title: 'From outside' });
  await expect(task(page, 'From outside')).not.toBeChecked();
  await server.write('PATCH', `/tasks/${added.id}`, { done: true });
  await expect(task(page, 'From outside')).toBeChecked();

  await typeInto(page.getByLabel('Title'), 'From the page');
  await page.getByRole('button').click();
  await expect(task(page, 'From the page')).toHaveCount(1);
  await task(page, 'From the page').click();
  await expect
    .poll(async () => (await server.list()).map(({ title, done }) => [title, done]))
    .toEqual([
      ['From outside', true],
      ['From the page', true],
    ]);
  await expect(task(page, 'From the page')).toHaveCount(1);
});

test('examples/offline keeps rows and edits over a reload', async ({ page }) => {
  server = await TasksServer.start();
  const { id } = await server.write('POST', '/tasks', { title: 'Pack' });
  guide = await GuidePage.serve('offline', server);
  await page.goto(guide.url);
  await expect(task(page, 'Pack')).not.toBeChecked();
  await expect(page.getByRole('status')).toHaveCount(0);
  // The persister writes once a second.
  const stored = (text: string) =>
    expect.poll(() => page.evaluate(() => Object.values(localStorage).join())).toContain(text);
  await stored('Pack');

  // As behind a router that leads nowhere: the page itself is there, as a service worker gives it.
  await page.route(/\/(tasks|realtime)/, (route) => route.abort());
  await task(page, 'Pack').click();
  await expect(task(page, 'Pack')).toBeChecked();
  expect(await server.list()).toMatchObject([{ id, title: 'Pack' }]);
  await stored('"done":true');
  await page.reload();
  await expect(page.getByText('What you change is sent later')).toBeVisible();
  await expect(task(page, 'Pack')).toBeChecked();
  await server.write('PATCH', `/tasks/${id}`, { title: 'Pack the tent' });
  expect((await server.list())[0]?.done).toBeUndefined();

  await page.unroute(/\/(tasks|realtime)/);
  await page.reload();
  await expect(task(page, 'Pack the tent')).toBeChecked();
  await expect.poll(async () => (await server.list())[0]).toMatchObject({ id, done: true });
  await expect(page.getByRole('status')).toHaveCount(0);
});

const policies = [
  ...readFileSync('docs/content-security-policy.md', 'utf8').matchAll(
    /^Content-Security-Policy: (.+)$/gm,
  ),
].map(([, policy]) => policy as string);

test('docs/content-security-policy.md has a policy for each form of the core', () => {
  expect(policies.map((policy) => policy.includes("'wasm-unsafe-eval'"))).toEqual([true, false]);
});

for (const [withWasm, policy] of policies.map((each, i) => [i === 0, each] as const)) {
  test(`examples/getting-started runs under: ${policy}`, async ({ page }) => {
    server = await TasksServer.start();
    const strict = `${policy}; require-trusted-types-for 'script'`;
    guide = await GuidePage.serve('getting-started', server, { 'content-security-policy': strict });
    await page.addInitScript(() => {
      const violations: string[] = [];
      Object.assign(window, { violations });
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        violations.push(`${violatedDirective} ${blockedURI}`);
      });
    });
    const chunks: string[] = [];
    page.on('request', (request) => chunks.push(new URL(request.url()).pathname));
    await page.goto(guide.url);
    await expect(page.getByText('live', { exact: true })).toBeVisible();
    await server.write('POST', '/tasks', { title: 'Allowed' });
    await expect(task(page, 'Allowed')).toHaveCount(1);
    expect(chunks.some((path) => path.includes('scalar'))).toBe(!withWasm);
    const violations = await page.evaluate(
      () => (window as unknown as { violations: string[] }).violations,
    );
    expect(violations).toEqual(withWasm ? [] : ['script-src wasm-eval']);
  });
}
