import type { FrameLocator, Locator, Page } from '@playwright/test';
import { typeInto } from './typing.ts';

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
      else await typeInto(input, value);
    }
    await this.#form.getByRole('button', { name: 'Save' }).click();
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
