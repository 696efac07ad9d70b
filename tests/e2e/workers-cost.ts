// What a worker takes off the page, and what it costs: the demo's page in Chromium, its core in the
// page, in a Worker and in a SharedWorker. Run `npx tsx tests/e2e/workers-cost.ts` after `npm start`
// or `npm run build` has built the page; prints a table.
import { chromium, type Page } from '@playwright/test';
import { findChromium } from '../../scripts/lib/browser.mjs';
import { DemoPage } from './demo-page.ts';
import { DemoServer } from './demo-server.ts';

const PLACES = { page: '', worker: '&worker=1', shared: '&shared=1' } as const;
const ROUNDS = 3;
const BURSTS = 20;
const SINGLES = 10;

interface Cost {
  /** Of the main thread, in ms: scripts, and all tasks. */
  script: number;
  task: number;
  /** From the statement's return to the row on the page, in ms. */
  latencies: number[];
}

/** Of the main thread since this was begun, in ms. */
async function meter(page: Page): Promise<() => Promise<{ script: number; task: number }>> {
  const session = await page.context().newCDPSession(page);
  // The browser counts from here on, and for as long as the session lasts.
  await session.send('Performance.enable');
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const of = (name: string) =>
      (metrics.find((each) => each.name === name)?.value ?? Number.NaN) * 1000;
    return { script: of('ScriptDuration'), task: of('TaskDuration') };
  };
  const before = await read();
  return async () => {
    const after = await read();
    await session.detach();
    return { script: after.script - before.script, task: after.task - before.task };
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function measure(server: DemoServer, page: Page, search: string): Promise<Cost> {
  // What tsx compiles names its functions by this, also those that run in the page.
  await page.addInitScript('globalThis.__name = (named) => named;');
  const demo = new DemoPage(page);
  await demo.open(server, search);
  await demo.expectTable(server);
  const end = await meter(page);
  for (let burst = 0; burst < BURSTS; burst++) {
    await server.sql(`update projects set budget = budget + 1, city = 'Burst ${burst}'`);
    await page.waitForTimeout(50);
  }
  await demo.expectTable(server, 30_000);
  const { script, task } = await end();
  const latencies: number[] = [];
  for (let k = 0; k < SINGLES; k++) {
    const text = `Single ${k} ${search}`;
    const change = () => server.sql(`update projects set name = '${text}' where id = 2`);
    latencies.push(await demo.timeToShow(change, { text, id: 2 }));
  }
  return { script, task, latencies };
}

const server = await DemoServer.start('embedded');
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const costs = new Map<string, Cost[]>();
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [place, search] of Object.entries(PLACES)) {
      const context = await browser.newContext();
      const cost = await measure(server, await context.newPage(), search);
      // The first round warms the machine.
      if (round > 0) costs.set(place, [...(costs.get(place) ?? []), cost]);
      await context.close();
    }
  }
  console.log('place | script ms | all tasks ms | row on the page after, median ms');
  for (const [place, all] of costs) {
    const script = median(all.map((cost) => cost.script)).toFixed(0);
    const task = median(all.map((cost) => cost.task)).toFixed(0);
    const latency = median(all.flatMap(({ latencies }) => latencies));
    console.log(`${place} | ${script} | ${task} | ${latency}`);
  }
  for (const [place, search] of Object.entries(PLACES)) {
    const context = await browser.newContext();
    for (let tab = 0; tab < 8; tab++)
      await new DemoPage(await context.newPage()).open(server, search);
    console.log(`8 tabs, ${place}: ${(await server.stats()).connections.websocket} connections`);
    await context.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
