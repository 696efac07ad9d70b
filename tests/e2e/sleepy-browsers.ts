import puppeteer, { type Browser, type LaunchOptions, type Page } from 'puppeteer-core';
import { findChromium, findFirefox } from '../../scripts/lib/browser.mjs';
import type { DemoServer } from './demo-server.ts';
import { firefoxPreferences } from './firefox.ts';

export type SleepyName = 'chromium' | 'firefox';

/** How no script of a page runs for a while. */
export interface SleepyWay {
  sleep(): Promise<void>;
  /** Does nothing to a page that is awake. */
  wake(): Promise<void>;
}

/** Puppeteer keeps hidden pages running as if they were seen, unless these are left out. */
const WAKEFUL = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

const options: Record<SleepyName, LaunchOptions> = {
  chromium: {
    executablePath: findChromium(),
    ignoreDefaultArgs: WAKEFUL,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      '--force-prefers-reduced-motion',
    ],
  },
  firefox: {
    browser: 'firefox',
    executablePath: findFirefox(),
    extraPrefsFirefox: firefoxPreferences(),
  },
};

export async function launchSleepy(name: SleepyName): Promise<Browser> {
  const { executablePath } = options[name];
  if (!executablePath) throw new Error(`there is no ${name}; see CONTRIBUTING.md`);
  return puppeteer.launch(options[name]);
}

type Way = (browser: Browser, page: Page, server: DemoServer) => Promise<SleepyWay>;

export const sleepyWays: Record<SleepyName, Way> = {
  /** Freezes the page, which ends its WebSocket. */
  chromium: async (_browser, page) => {
    const devtools = await page.createCDPSession();
    const become = (state: 'frozen' | 'active') =>
      devtools.send('Page.setWebLifecycleState', { state });
    return { sleep: () => become('frozen'), wake: () => become('active') };
  },

  /**
   * Firefox freezes no page. All of it stands still, as on a machine that is asleep, whose network
   * forgets its links meanwhile.
   */
  firefox: async (browser, page, server) => {
    const group = -(browser.process()?.pid as number);
    const client = await page.evaluate(() => document.body.dataset.client);
    return {
      sleep: async () => {
        process.kill(group, 'SIGSTOP');
        await server.fault({ client, cut: true });
      },
      wake: async () => {
        process.kill(group, 'SIGCONT');
      },
    };
  },
};
