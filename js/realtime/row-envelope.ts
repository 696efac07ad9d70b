import { replaceEqualDeep } from '@tanstack/react-query';
import { TidemarkError } from '../core/errors.ts';

type Members = Record<string, unknown>;

const NO_ROWS: readonly unknown[] = Object.freeze([]);

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Members)[key] : undefined;
}

function replaceAt(value: unknown, keys: readonly string[], rows: readonly unknown[]): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return rows;
  return { ...(value as Members), [key]: replaceAt(memberOf(value, key), rest, rows) };
}

/**
 * What a query's data holds around its rows: nothing, or the `{ data: [...], total }` that
 * the API answers with. Remembers the last response's, to dress newer rows in it.
 */
export class RowEnvelope {
  readonly #path: string | undefined;
  #keys: readonly string[] = [];
  #shell: unknown;
  #rows: readonly unknown[] | undefined;
  #dressed: unknown;

  /** `path` as `data` or `result.items`; undefined finds the array at the root or in `data`. */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  /**
   * Remembers a response's envelope and returns its rows; undefined when no path was given
   * and it has none, as with a single object.
   *
   * @throws TidemarkError `bad_snapshot` when there is no array at the given path
   */
  open(data: unknown): readonly unknown[] | undefined {
    const keys = this.#keysIn(data);
    if (!keys) return undefined;
    const rows = keys.reduce(memberOf, data);
    if (!Array.isArray(rows)) {
      throw new TidemarkError('bad_snapshot', `there is no array at '${keys.join('.')}'`);
    }
    this.#keys = keys;
    // An envelope that is equal to the one before is the one before, so that data in which
    // nothing changed is the same object.
    const shell = replaceEqualDeep(this.#shell, replaceAt(data, keys, NO_ROWS));
    if (shell !== this.#shell) this.#dressed = undefined;
    this.#shell = shell;
    return rows;
  }

  /** The rows in the last response's envelope: the same object for the same rows and envelope. */
  dress(rows: readonly unknown[]): unknown {
    const unchanged = this.#dressed !== undefined && rows === this.#rows;
    if (!unchanged) this.#dressed = replaceAt(this.#shell, this.#keys, rows);
    this.#rows = rows;
    return this.#dressed;
  }

  #keysIn(data: unknown): readonly string[] | undefined {
    if (this.#path !== undefined) return this.#path === '' ? [] : this.#path.split('.');
    if (Array.isArray(data)) return [];
    return Array.isArray(memberOf(data, 'data')) ? ['data'] : undefined;
  }
}
