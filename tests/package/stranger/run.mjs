// npm run test:stranger: from an empty Vite React app to live rows, as somebody does it who has just
// heard of Tidemark; each step timed.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { findChromium } from '../../../scripts/lib/browser.mjs';
import { finish, serve } from '../fixtures/lib/processes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const app = mkdtempSync(join(tmpdir(), 'tidemark-stranger-'));

async function step(title, work) {
  const start = performance.now();
  const result = await work();
  console.log(`ok - ${title} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}

const npm = (cwd, ...args) => finish('npm', [...args, '--no-audit', '--no-fund'], { cwd });

let server;
let browser;
try {
  const code = readFileSync(join(here, 'src/Projects.jsx'), 'utf8').trim().split('\n');
  assert.ok(code.length < 10, `${code.length} lines of user code`);
  for (const file of ['package.json', 'index.html', 'vite.config.js', 'src']) {
    cpSync(join(here, file), join(app, file), { recursive: true });
  }
  const packed = await finish('npm', ['pack', '--json', '--pack-destination', app], { cwd: root });
  const tarball = `./${JSON.parse(packed)[0].filename}`;
  await step('an empty Vite React app', () => npm(app, 'install'));
  await step('npm install tidemark @tanstack/react-query', () =>
    npm(app, 'install', tarball, '@tanstack/react-query@5'),
  );
  await step(`${code.length} lines of code, built`, () =>
    finish(join(app, 'node_modules/.bin/vite'), ['build', '--logLevel', 'warn'], { cwd: app }),
  );
  const { DATABASE_URL: _, DEMO_DATA: __, ...env } = process.env;
  server = await step('a server on Postgres', () =>
    serve(process.execPath, ['--import', 'tsx', 'demo/server/main.ts'], {
      cwd: root,
      env: { ...env, PORT: '0', DEMO_PAGE: join(app, 'dist') },
    }),
  );
  browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  const page = await browser.newPage();
  const row = page.locator('p').first();
  await step('rows', async () => {
    await page.goto(server.url);
    await row.waitFor();
  });
  const name = `Renamed at ${Date.now()}`;
  const sql = async (text) => {
    const body = JSON.stringify({ sql: text });
    const response = await fetch(`${server.url}/demo/sql`, { method: 'POST', body });
    assert.ok(response.ok, await response.text());
  };
  await step('a row that changes when the database does', async () => {
    await sql(`UPDATE projects SET name = '${name}' WHERE id = (SELECT min(id) FROM projects)`);
    await page.getByText(name).waitFor();
  });
} catch (error) {
  console.log(`not ok - ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser?.close();
  server?.stop();
  rmSync(app, { recursive: true, force: true });
}
