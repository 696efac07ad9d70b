import type { Page } from '@playwright/test';

/** The WebSockets of a page since it was loaded: their addresses, and what text came over them. */
export interface Sockets {
  urls: string[];
  frames: string[];
}

/** Notes them in the page, as Playwright's own events of them do not come from Firefox. */
export async function hearSockets(page: Page): Promise<() => Promise<Sockets>> {
  await page.addInitScript(() => {
    const sockets: Sockets = { urls: [], frames: [] };
    Object.defineProperty(globalThis, 'heardSockets', { value: sockets });
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        sockets.urls.push(this.url);
        this.addEventListener('message', ({ data }) => sockets.frames.push(String(data)));
      }
    };
  });
  return () =>
    page.evaluate(() => (globalThis as unknown as { heardSockets: Sockets }).heardSockets);
}
