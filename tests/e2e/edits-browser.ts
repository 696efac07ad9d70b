import { fileURLToPath } from 'node:url';
import type { BrowserContext, Locator, Page } from '@playwright/test';
import { build, type Rollup } from 'vite';
import type { DemoServer } from './demo-server.ts';
import type { EditsPage } from './edits-page/main.tsx';
import { isFirefox } from './firefox.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
type Row = Parameters<EditsPage['edit']>[1];

/** The page's code in one module. */
export async function bundleEditsPage(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    resolve: {
      alias: [
        { find: /^tidemark$/, replacement: here('../../js/index.ts') },
        { find: /^tidemark\/entities$/, replacement: here('../../js/entities.ts') },
      ],
    },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: false,
      rollupOptions: {
        input: here('./edits-page/main.tsx'),
        output: { codeSplitting: false } as object,
      },
    },
  })) as Rollup.RollupOutput;
  return built.output[0].code;
}

/** What a browser says of its network, which `EditsTab.setOffline` decides. */
function obeyOffline(): void {
  const onLine = { get: () => localStorage.getItem('network') !== 'offline' };
  Object.defineProperty(navigator, 'onLine', onLine);
}

/** The tabs of one browser. The page is there whatever becomes of its server. */
export async function serveEditsPage(
  context: BrowserContext,
  server: DemoServer,
  code: string,
): Promise<void> {
  // Chromium takes a page that was put in the place of an answer for one from the Internet, and
  // would let it open no WebSocket to this machine.
  await context.grantPermissions(['local-network-access']);
  if (isFirefox(context)) await context.addInitScript(obeyOffline);
  const page =
    '<!doctype html><meta charset="utf-8"><script type="module" src="/edits.js"></script>';
  await context.route(`${server.url}/edits*`, (route) =>
    route.request().url().endsWith('/edits.js')
      ? route.fulfill({ contentType: 'text/javascript', body: code })
      : route.fulfill({ contentType: 'text/html', body: page }),
  );
}

/** One tab. */
export class EditsTab {
  readonly page: Page;
  readonly list: Locator;
  readonly #server: DemoServer;

  private constructor(page: Page, server: DemoServer) {
    this.page = page;
    this.#server = server;
    this.list = page.getByTestId('list');
  }

  static async open(context: BrowserContext, server: DemoServer, search = ''): Promise<EditsTab> {
    const tab = await EditsTab.empty(context, server);
    await tab.load(search);
    return tab;
  }

  /** One that shows no page yet. */
  static async empty(context: BrowserContext, server: DemoServer): Promise<EditsTab> {
    return new EditsTab(await context.newPage(), server);
  }

  /** Anew; what the page held in memory is gone. */
  async load(search = ''): Promise<void> {
    await this.page.goto(`${this.#server.url}/edits${search}`);
    await this.list.waitFor({ state: 'attached' });
  }

  row(id: number): Locator {
    return this.list.locator(`[data-id="${id}"]`);
  }

  edit(action: 'insert' | 'update' | 'delete', row: Row): Promise<void> {
    return this.page.evaluate(
      ([name, values]) => (window as unknown as { page: EditsPage }).page.edit(name, values),
      [action, row] as const,
    );
  }

  /** The browser's network is gone, or back. */
  async setOffline(isOffline: boolean): Promise<void> {
    const context = this.page.context();
    if (!isFirefox(context)) return context.setOffline(isOffline);
    // Where its own way refuses even the page that the tests put in place of an answer.
    await (isOffline ? this.#server.kill() : this.#server.launch());
    await this.page.evaluate(
      (event) => {
        localStorage.setItem('network', event);
        window.dispatchEvent(new Event(event));
      },
      isOffline ? 'offline' : 'online',
    );
  }

  /** From now on every request fails on its way, as without a server. */
  async cutOff(): Promise<void> {
    await this.page.route('**/api/**', (route) => route.abort());
  }

  /** Ends the page; the tab's next one reaches the server. */
  async leave(): Promise<void> {
    await this.page.goto('about:blank');
    await this.page.unrouteAll();
  }

  reports(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { page: EditsPage }).page.reports);
  }

  outcomes(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { page: EditsPage }).page.outcomes);
  }

  /** The edits in the browser's database, oldest first: their entity and how they read. */
  kept(): Promise<string[]> {
    return this.page.evaluate(async () => {
      const result = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await result(indexedDB.open('edits', 1));
      const all: Array<{ saved: string }> = await result(
        database.transaction('edits').objectStore('edits').getAll(),
      );
      database.close();
      return all.map(({ saved }) => {
        const { action, data } = JSON.parse(saved) as { action: string; data: { name?: string } };
        return [action, data.name].filter(Boolean).join(' ');
      });
    });
  }
}
