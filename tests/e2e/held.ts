import { expect, type Page, type Route } from '@playwright/test';
import { isFirefox } from './firefox.ts';

/** Requests of a page that wait, on their way to the server or back. */
export class Held {
  readonly #method: string;
  readonly #at: 'request' | 'response';
  readonly #released: Promise<void>;
  #release = () => {};
  #isHolding = true;
  #count = 0;

  private constructor(method: string, at: 'request' | 'response') {
    this.#method = method;
    this.#at = at;
    this.#released = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  /** From now on every such request of the open page is held. */
  static async all(
    page: Page,
    url: RegExp,
    method: 'GET' | 'POST' | 'PATCH',
    at: 'request' | 'response',
  ): Promise<Held> {
    const held = new Held(method, at);
    if (at === 'response' && isFirefox(page.context())) await held.#holdInPage(page, url);
    else await page.route(url, (route) => held.#handle(route));
    return held;
  }

  async expectCount(count: number): Promise<void> {
    await expect.poll(() => this.#count).toBe(count);
  }

  /** Lets go of those that are held, and holds no more. */
  release(): void {
    this.#isHolding = false;
    this.#release();
  }

  async #handle(route: Route): Promise<void> {
    if (!this.#isHolding || route.request().method() !== this.#method) return route.fallback();
    // Then the server has answered, and is heard later.
    const response = this.#at === 'response' ? await route.fetch() : undefined;
    this.#count++;
    await this.#released;
    if (response) await route.fulfill({ response });
    else await route.continue();
  }

  /** WebDriver BiDi does not tell a request's body, without which `route.fetch` would repeat it. */
  async #holdInPage(page: Page, url: RegExp): Promise<void> {
    await page.exposeFunction('holdAnswer', async () => {
      if (!this.#isHolding) return;
      this.#count++;
      await this.#released;
    });
    await page.evaluate(
      ({ pattern, wanted }) => {
        const { fetch, holdAnswer } = globalThis as typeof globalThis & {
          holdAnswer(): Promise<void>;
        };
        globalThis.fetch = async (input, init) => {
          const response = await fetch(input, init);
          const isWanted = (init?.method ?? 'GET') === wanted && pattern.test(response.url);
          if (isWanted) await holdAnswer();
          return response;
        };
      },
      { pattern: url, wanted: this.#method },
    );
  }
}
