// npm run screenshots [-- --built NAME…]: the demo's pages as PNGs in docs/screenshots, as
// scripts/lib/shots.mjs says. Starts a demo server of its own, with the embedded database.
//
// --built: of the page as it was built last.
import { spawn } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';
import { findChromium } from './lib/browser.mjs';
import { buildDemo, buildPackage, buildWasm } from './lib/build.mjs';
import { root } from './lib/paths.mjs';
import { Failure, main } from './lib/run.mjs';
import { shots } from './lib/shots.mjs';
import { setup } from './setup.mjs';

const folder = join(root, 'docs/screenshots');
/** A repository is no place for more. */
const mostBytes = 200 * 1024;

/** Resolves with the address of a server of our own, once it answers, and how to end it. */
function serve() {
  const { DATABASE_URL: _, DEMO_DATA: __, ...env } = process.env;
  const server = spawn(process.execPath, ['--import', 'tsx', 'demo/server/main.ts'], {
    cwd: root,
    env: { ...env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => server.once('exit', resolve));
  const stop = () => {
    server.kill('SIGTERM');
    return exited;
  };
  return new Promise((resolve, reject) => {
    let output = '';
    server.stdout.on('data', (chunk) => {
      output += chunk;
      const url = /^Tidemark demo: (\S+)$/m.exec(output)?.[1];
      if (url) resolve({ url, stop });
    });
    exited.then((code) => reject(new Failure(`the demo server ended with ${code}`)));
  });
}

/** @param {import('./lib/shots.mjs').Shot} shot */
async function take(browser, url, { name, path, scheme, size, prepare }) {
  const page = await browser.newPage();
  try {
    await page.setViewport({ ...size, isMobile: size.width < 600, hasTouch: size.width < 600 });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.goto(`${url}/?reconnect=300&poll=1000#/${path}`);
    await page.waitForSelector('[data-status="connected"]');
    if (await page.$('[data-testid="continuity"]')) {
      await page.waitForSelector('.connection [data-continuity="live"]');
    }
    await prepare?.(page);
    const file = join(folder, `${name}.png`);
    await page.screenshot({ path: file });
    const { size: bytes } = statSync(file);
    console.log(`  docs/screenshots/${name}.png: ${Math.round(bytes / 1024)} KB`);
    if (bytes > mostBytes) throw new Failure(`${name}.png has more than ${mostBytes / 1024} KB`);
  } finally {
    await page.close();
  }
}

main(async () => {
  const { values, positionals: wanted } = parseArgs({
    allowPositionals: true,
    options: { built: { type: 'boolean' } },
  });
  const chosen = shots.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  if (chosen.length === 0) throw new Failure(`no shot is called ${wanted.join(' or ')}`);
  await setup('screenshots');
  if (!values.built) {
    await buildWasm();
    await buildPackage();
    await buildDemo();
  }
  const executablePath = findChromium();
  if (!executablePath) throw new Failure('no Chromium found; set CHROMIUM_PATH');
  mkdirSync(folder, { recursive: true });
  const server = await serve();
  const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    for (const shot of chosen) await take(browser, server.url, shot);
  } finally {
    await browser.close();
    await server.stop();
  }
});
