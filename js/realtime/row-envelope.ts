import { replaceEqualDeep } from '@tanstack/react-query';
import { TidemarkError } from '../core/errors.ts';

type Members = Record<string, unknown>;

const NO_ROWS: readonly unknown[] = Object.freeze([]);

/** A query's data: how to find the rows in it, and how to put newer ones in their place. */
export interface RowShape {
  /** Whether the rows dressed last may be others than the server would answer with now. */
  readonly doubtful: boolean;
  /**
   * Remembers what a response has around its rows, and returns them; undefined when it has
   * none and nobody said that it had.
   *
   * @throws TidemarkError `bad_snapshot` that says where there is none
   */
  open(data: unknown): readonly unknown[] | undefined;
  /**
   * Rows in what the last response had around them: the same object for the same rows.
   * Undefined when the data cannot say it.
   */
  dress(rows: readonly unknown[]): unknown;
  /** Whether a value is the rows, or the row, dressed last. */
  holds(value: unknown): boolean;
}

export function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Members)[key] : undefined;
}

/** A copy of `value` with another thing at a path. */
export function replaceAt(value: unknown, keys: readonly string[], put: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return put;
  return { ...(value as Members), [key]: replaceAt(memberOf(value, key), rest, put) };
}

/** `data` or `result.items` as keys; empty for the root. */
export function keysOf(path: string): readonly string[] {
  return path === '' ? [] : path.split('.');
}

/**
 * What a query's data holds around its rows: nothing, or the `{ data: [...], total }` that
 * the API answers with. Remembers the last response's, to dress newer rows in it.
 */
export class RowEnvelope implements RowShape {
  readonly doubtful = false;
  readonly #path: string | undefined;
  #keys: readonly string[] = [];
  #shell: unknown;
  #rows: readonly unknown[] | undefined;
  #dressed: unknown;

  /** `path` as `data` or `result.items`; undefined finds the array at the root or in `data`. */
  constructor(path: string | undefined) {
    this.#path = path;
  }

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

  dress(rows: readonly unknown[]): unknown {
    const unchanged = this.#dressed !== undefined && rows === this.#rows;
    if (!unchanged) this.#dressed = replaceAt(this.#shell, this.#keys, rows);
    this.#rows = rows;
    return this.#dressed;
  }

  holds(value: unknown): boolean {
    return value !== undefined && value === this.#rows;
  }

  #keysIn(data: unknown): readonly string[] | undefined {
    if (this.#path !== undefined) return keysOf(this.#path);
    if (Array.isArray(data)) return [];
    return Array.isArray(memberOf(data, 'data')) ? ['data'] : undefined;
  }
}
