import { type InfiniteData, replaceEqualDeep } from '@tanstack/react-query';
import { TidemarkError } from '../core/errors.ts';
import { memberOf, RowEnvelope, type RowShape } from './row-envelope.ts';

/** Which ends of a list its pages reach. */
export interface PageEdges {
  /** Nothing comes before the first page. */
  start: boolean;
  /** Nothing comes after the last page. */
  end: boolean;
}

type Pages = InfiniteData<unknown>;

/**
 * The pages of an infinite query. A row stays in the page in which the server sent it, unless
 * the order moves it to another. A new row goes to the page of the row before it, at the start
 * of the list to the first page. One that comes before the first row shown, or after the last
 * one, belongs to a page that is not loaded, unless the pages reach that end of the list;
 * without an order nobody knows where it belongs, and the pages are in doubt. They also are
 * when a row moved to an end that they do not reach: there may be others before it.
 */
export class PagesEnvelope implements RowShape {
  readonly #idField: string;
  readonly #ordered: boolean;
  readonly #path: string | undefined;
  readonly #edgesOf: (data: Pages) => PageEdges;
  #edges: PageEdges = { start: true, end: true };
  #envelopes: RowEnvelope[] = [];
  #home = new Map<unknown, number>();
  /** The ids of the first and the last row shown. */
  #ends: readonly [unknown, unknown] = [undefined, undefined];
  #rows: ReadonlyArray<readonly unknown[]> = [];
  #dressed: Pages | undefined;
  doubtful = false;

  /** `edgesOf` says of a response which ends of the list it reaches. */
  constructor(
    idField: string,
    path: string | undefined,
    ordered: boolean,
    edgesOf: (data: Pages) => PageEdges,
  ) {
    this.#idField = idField;
    this.#path = path;
    this.#ordered = ordered;
    this.#edgesOf = edgesOf;
  }

  open(data: unknown): readonly unknown[] {
    const { pages, pageParams } = data as Pages;
    const envelopes = pages.map((_, i) => this.#envelopes[i] ?? new RowEnvelope(this.#path));
    const home = new Map<unknown, number>();
    // A row that slipped from one page to the next between two requests is in both.
    const once = pages.map((page, i) =>
      rowsOf(envelopes[i] as RowEnvelope, page, i).filter((row) => {
        const id = this.#idOf(row);
        if (id !== undefined && home.has(id)) return false;
        home.set(id, i);
        return true;
      }),
    );
    const rows = once.flat();
    this.#envelopes = envelopes;
    this.#home = home;
    this.#edges = this.#edgesOf(data as Pages);
    this.#ends = [this.#idOf(rows[0]), this.#idOf(rows.at(-1))];
    const before = this.#dressed;
    const params = replaceEqualDeep(before?.pageParams, pageParams);
    if (!before || params !== before.pageParams) {
      this.#dressed = { pages: before?.pages ?? [], pageParams: params };
    }
    return rows;
  }

  dress(rows: readonly unknown[]): unknown {
    if (!this.#dressed) return undefined;
    const placed = this.#place(rows);
    const before = this.#dressed;
    const pages = placed.map((pageRows, i) => {
      const same = sameItems(pageRows, this.#rows[i]) ? this.#rows[i] : pageRows;
      placed[i] = same as unknown[];
      return (this.#envelopes[i] as RowEnvelope).dress(same as unknown[]);
    });
    this.#rows = placed;
    if (!sameItems(pages, before.pages)) this.#dressed = { ...before, pages };
    return this.#dressed;
  }

  holds(): boolean {
    return false;
  }

  #place(rows: readonly unknown[]): unknown[][] {
    const pages: unknown[][] = this.#envelopes.map(() => []);
    const ids = rows.map((row) => this.#idOf(row));
    const known = ids.filter((id) => this.#home.has(id));
    const homes = this.#homesOf(known);
    const first = ids.indexOf(known[0]);
    const last = ids.lastIndexOf(known.at(-1));
    this.doubtful = false;
    let at = 0;
    rows.forEach((row, i) => {
      const id = ids[i];
      const home = homes.get(id);
      const isBefore = home === undefined && (i < first || known.length === 0);
      const isAfter = home === undefined && i > last && known.length > 0;
      if (isBefore && !this.#edges.start) return;
      if (isAfter && !this.#edges.end) {
        if (!this.#ordered) this.doubtful = true;
        return;
      }
      at = isAfter ? pages.length - 1 : (home ?? at);
      pages[at]?.push(row);
      this.#home.set(id, at);
    });
    if (this.#movedOver(known)) this.doubtful = true;
    return pages;
  }

  /** Which page each row that was shown belongs to, after moves between them. */
  #homesOf(known: readonly unknown[]): ReadonlyMap<unknown, number> {
    // Sorted, so that each page keeps its length.
    const homes = known.map((id) => this.#home.get(id) as number).sort((a, b) => a - b);
    return new Map(known.map((id, i) => [id, homes[i] as number]));
  }

  /** Whether a row took the place of one that is still there, at an end with more beyond it. */
  #movedOver(known: readonly unknown[]): boolean {
    const [first, last] = this.#ends;
    const ends = [known[0], known.at(-1)] as const;
    const isOver =
      (!this.#edges.start && ends[0] !== first && known.includes(first)) ||
      (!this.#edges.end && ends[1] !== last && known.includes(last));
    if (!isOver) this.#ends = ends;
    return isOver;
  }

  #idOf(row: unknown): unknown {
    return memberOf(row, this.#idField);
  }
}

function rowsOf(envelope: RowEnvelope, page: unknown, index: number): readonly unknown[] {
  const rows = envelope.open(page);
  if (rows) return rows;
  const message = `page ${index} has no array at its root or in data`;
  throw new TidemarkError('bad_snapshot', message);
}

function sameItems(a: readonly unknown[], b: readonly unknown[] | undefined): boolean {
  return a === b || (a.length === b?.length && a.every((item, i) => item === b[i]));
}
