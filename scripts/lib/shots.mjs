/**
 * @typedef {object} Shot
 * @property {string} name the file's, below docs/screenshots
 * @property {string} path behind `#/` in the page's address
 * @property {'light' | 'dark'} scheme
 * @property {{ width: number, height: number }} size in CSS pixels
 * @property {(page: import('puppeteer-core').Page) => Promise<void>} [prepare] once it is live
 */

const desktop = { width: 1280, height: 820 };
/** For what is as dense as the devtools. */
const low = { width: 1180, height: 700 };
/** For a page of which all is to be seen. */
const tall = { width: 1280, height: 1000 };
const phone = { width: 390, height: 844 };

/** Waits until an element with this `data-testid` says it. */
const says = (page, testId, text, timeout = 30_000) =>
  page.waitForFunction(
    (id, wanted) =>
      document.querySelector(`[data-testid="${id}"]`)?.textContent?.includes(wanted) ?? false,
    { timeout },
    testId,
    text,
  );

const click = (page, testId) => page.click(`[data-testid="${testId}"]`);

/** A row's form, and some events beside it. */
async function edit(page) {
  for (let time = 0; time < 6; time++) await click(page, 'update');
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="event"]').length >= 6);
  await page.click('[data-row-id="3"] button');
}

/** A link that broke and is back, with what the hook said meanwhile. */
async function recover(page) {
  await click(page, 'keep-writing');
  // So that there is an age to tell.
  await page.waitForFunction(
    () => !document.querySelector('.readout')?.textContent?.includes('no event yet'),
  );
  await click(page, 'cut');
  await says(page, 'claims', 'reconnecting');
  await says(page, 'claims', 'live');
  await click(page, 'block-both');
  await says(page, 'transport', 'polling');
  await says(page, 'claims', 'polling');
}

/** A run of those that end soon. */
async function measure(page) {
  for (const id of ['tidemark', 'batched']) {
    await click(page, `run-${id}`);
    await says(page, `${id}-end`, 'equal the table', 120_000);
  }
  await page.evaluate(() => window.scrollTo(0, 0));
}

/** Both have run, the one as in the guides far behind. */
async function race(page) {
  await page.waitForSelector('[data-testid="start-race"][aria-disabled="false"]');
  await click(page, 'start-race');
  await says(page, 'tidemark-end', 'equal the table', 180_000);
  await says(page, 'per-event-end', '100,000 rows', 180_000);
  await page.evaluate(() => window.scrollTo(0, 0));
}

/** The panel's events, some of which come twice. */
async function inspect(page) {
  await page.click('[aria-label="Open Tidemark devtools"]');
  await page.waitForSelector('[role="tab"]');
  await page.evaluate(async () => {
    const tabs = [...document.querySelectorAll('[role="tab"]')];
    tabs.find((tab) => tab.textContent?.startsWith('Events'))?.click();
    const order = {
      client: document.body.dataset.client,
      frames: { duplicate: 0.4, forMs: 20_000 },
    };
    await fetch('/demo/faults', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
  });
  for (let time = 0; time < 10; time++) await click(page, 'update');
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="event"]').length >= 10);
}

/** @type {readonly Shot[]} */
export const shots = [
  { name: 'projects-light', path: 'projects', scheme: 'light', size: desktop, prepare: edit },
  { name: 'projects-dark', path: 'projects', scheme: 'dark', size: desktop, prepare: edit },
  { name: 'projects-phone', path: 'projects', scheme: 'light', size: phone },
  { name: 'faults-light', path: 'faults', scheme: 'light', size: desktop, prepare: recover },
  { name: 'faults-phone-dark', path: 'faults', scheme: 'dark', size: phone, prepare: recover },
  { name: 'load-dark', path: 'load', scheme: 'dark', size: desktop, prepare: measure },
  { name: 'race-light', path: 'race', scheme: 'light', size: tall, prepare: race },
  { name: 'devtools-dark', path: 'projects', scheme: 'dark', size: low, prepare: inspect },
];
