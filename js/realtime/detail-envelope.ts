import { replaceEqualDeep } from '@tanstack/react-query';
import type { RowId } from '../core/effects.ts';
import { TidemarkError } from '../core/errors.ts';
import { keysOf, memberOf, type RowShape, replaceAt } from './row-envelope.ts';

function isRowId(value: unknown): value is RowId {
  return typeof value === 'string' || typeof value === 'number';
}

/**
 * What a query's data holds around a single row: nothing, or `{ data: row }`. Null in the
 * row's place says that there is none. Data that shows another row than the key names, as
 * with a key that holds a slug, is not rows of this view.
 */
export class DetailEnvelope implements RowShape {
  readonly doubtful = false;
  readonly #id: string;
  readonly #idField: string;
  readonly #path: string | undefined;
  #keys: readonly string[] = [];
  #shell: unknown;
  #row: unknown;
  #dressed: unknown;
  /** The id of the row that the data shows. */
  shownId: RowId;

  constructor(id: RowId, idField: string, path: string | undefined) {
    this.shownId = id;
    this.#id = String(id);
    this.#idField = idField;
    this.#path = path;
  }

  open(data: unknown): readonly unknown[] | undefined {
    const keys = this.#keysIn(data);
    const row = keys?.reduce(memberOf, data);
    if (!keys || row === undefined) {
      const place = this.#path === undefined ? 'at its root or in data' : `at '${this.#path}'`;
      const message = `there is no row with a member '${this.#idField}' ${place}`;
      throw new TidemarkError('bad_snapshot', message);
    }
    if (row !== null) {
      this.shownId = memberOf(row, this.#idField) as RowId;
      if (String(this.shownId) !== this.#id) return undefined;
    }
    this.#keys = keys;
    const shell = replaceEqualDeep(this.#shell, replaceAt(data, keys, null));
    if (shell !== this.#shell) this.#dressed = undefined;
    this.#shell = shell;
    return row === null ? [] : [row];
  }

  /** Undefined without a row: what the data is then, the query function has to say. */
  dress([row]: readonly unknown[]): unknown {
    if (row === undefined) return undefined;
    const unchanged = this.#dressed !== undefined && row === this.#row;
    if (!unchanged) this.#dressed = replaceAt(this.#shell, this.#keys, row);
    this.#row = row;
    return this.#dressed;
  }

  holds(value: unknown): boolean {
    return value !== undefined && value === this.#row;
  }

  #keysIn(data: unknown): readonly string[] | undefined {
    const fits = (value: unknown): boolean =>
      value === null || isRowId(memberOf(value, this.#idField));
    const places = this.#path === undefined ? [[], ['data']] : [keysOf(this.#path)];
    return places.find((keys) => fits(keys.reduce<unknown>(memberOf, data)));
  }
}
