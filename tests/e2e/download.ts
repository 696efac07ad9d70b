import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { firefoxDownloads, isFirefox } from './firefox.ts';

/** The text of the file that the page hands out when `ask` is done. */
export async function downloaded(page: Page, ask: () => Promise<void>): Promise<string> {
  return isFirefox(page.context()) ? inFolder(ask) : byEvent(page, ask);
}

async function byEvent(page: Page, ask: () => Promise<void>): Promise<string> {
  const downloading = page.waitForEvent('download');
  await ask();
  const stream = await (await downloading).createReadStream();
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

// Firefox does not tell which page a download without a navigation belongs to, so no event comes.
async function inFolder(ask: () => Promise<void>): Promise<string> {
  mkdirSync(firefoxDownloads, { recursive: true });
  const files = () => readdirSync(firefoxDownloads).filter((name) => !name.endsWith('.part'));
  const before = new Set(files());
  await ask();
  const added = () => files().find((name) => !before.has(name));
  const text = () => readFileSync(join(firefoxDownloads, added() as string), 'utf8');
  await expect.poll(added).toBeDefined();
  // It is there before it is written.
  await expect.poll(text).not.toBe('');
  return text();
}
