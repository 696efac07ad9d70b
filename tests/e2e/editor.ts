import { expect, type FrameLocator, type Locator, type Page, type Route } from '@playwright/test';

/** Fields by their labels. */
export type Fields = Readonly<Record<string, string>>;

/** The form of the demo page, or of one in a frame: what a user does to edit rows. */
export class Editor {
  readonly #page: Page | FrameLocator;
  readonly #form: Locator;
  readonly alert: Locator;

  constructor(page: Page | FrameLocator) {
    this.#page = page;
    this.#form = page.getByTestId('editor');
    this.alert = this.#form.getByRole('alert');
  }

  /** Edits a row and saves it; does not wait for the server. */
  async edit(id: number, fields: Fields): Promise<void> {
    await this.#page.locator(`[data-row-id="${id}"]`).getByRole('button').click();
    await this.#fillAndSave(fields);
  }

  async insert(fields: Fields): Promise<void> {
    await this.#form.getByTestId('new').click();
    await this.#fillAndSave(fields);
  }

  async #fillAndSave(fields: Fields): Promise<void> {
    for (const [label, value] of Object.entries(fields)) {
      const input = this.#form.getByLabel(label, { exact: true });
      const isChoice = await input.evaluate((element) => element instanceof HTMLSelectElement);
      if (isChoice) await input.selectOption(value);
      else await input.fill(value);
    }
    await this.#form.getByRole('button', { name: 'Save' }).click();
  }
}

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

  /** From now on every such request is held. */
  static async all(
    page: Page,
    url: RegExp,
    method: 'GET' | 'POST' | 'PATCH',
    at: 'request' | 'response',
  ): Promise<Held> {
    const held = new Held(method, at);
    await page.route(url, (route) => held.#handle(route));
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
}

/** Everything that a cell of a row, or a row by its name, showed from now on. */
export class Sightings {
  readonly #read: () => Promise<string[]>;

  private constructor(read: () => Promise<string[]>) {
    this.#read = read;
  }

  /** How often a row of that name was there, at each change of the page. */
  static async ofName(page: Page, name: string): Promise<Sightings> {
    return Sightings.#watch(page, { name });
  }

  /** The field's values in the row, at each change of the page. */
  static async ofField(page: Page, id: number, field: string): Promise<Sightings> {
    return Sightings.#watch(page, { id, field });
  }

  static async #watch(
    page: Page,
    wanted: { name: string } | { id: number; field: string },
  ): Promise<Sightings> {
    const seen = await page.evaluateHandle((what) => {
      const values: string[] = [];
      const rows = () =>
        [...document.querySelectorAll<HTMLElement>('[data-row-id]')].map(
          ({ dataset }) => JSON.parse(dataset.row ?? '{}') as Record<string, unknown>,
        );
      const look = (): string => {
        if ('name' in what) return String(rows().filter(({ name }) => name === what.name).length);
        const row = rows().find(({ id }) => id === what.id);
        return JSON.stringify(row?.[what.field] ?? null);
      };
      const note = () => {
        const value = look();
        if (value !== values.at(-1)) values.push(value);
      };
      note();
      const everything = { childList: true, subtree: true, attributes: true, characterData: true };
      new MutationObserver(note).observe(document.body, everything);
      return values;
    }, wanted);
    return new Sightings(() => seen.evaluate((values) => [...values]));
  }

  /** In order, each as text, the same one not twice in a row. */
  values(): Promise<string[]> {
    return this.#read();
  }
}
