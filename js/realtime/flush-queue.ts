import type { ViewChange } from '../core/change-batch.ts';
import { checkDuration } from './options.ts';
import type { FlushTiming } from './paint.ts';

/** When and for how long queries are brought up to date. */
export interface FlushOptions {
  /**
   * When events are shown: `frame` (default) just before the next paint, and at the end of the
   * turn where there is none; `microtask` at the end of the turn; a number of milliseconds
   * after the first of them. What arrives until then is shown together.
   */
  flush?: FlushTiming | undefined;
  /**
   * How many milliseconds a flush may put into queries; those that are left wait for the next
   * frame, queries that nothing shows last. Default: no limit.
   */
  flushBudget?: number | undefined;
}

type Rows = ViewChange['rows'];

/**
 * Views whose new rows are still to be shown. Showing many at once would block the page, so it
 * can be stopped and gone on with; of a view that changes meanwhile only the newest rows count.
 */
export class FlushQueue {
  readonly #waiting = new Map<number, Rows>();
  readonly #budgetMs: number;

  /** @throws TidemarkError `bad_option` unless the budget is a number of milliseconds from 0 */
  constructor(flushBudget: number | undefined) {
    this.#budgetMs = checkDuration('flushBudget', flushBudget) ?? Number.POSITIVE_INFINITY;
  }

  clear(): void {
    this.#waiting.clear();
  }

  add(changes: readonly ViewChange[]): void {
    for (const { view, rows } of changes) this.#waiting.set(view, rows);
  }

  /**
   * Calls `show` for views, those first of which `isSeen` is true: for all, or if it `mayRest`
   * until the budget is used up, but for one at least, so that every call gets on. Returns
   * whether any are left. Throws what `show` throws, and leaves the rest for the next call.
   */
  show(
    mayRest: boolean,
    isSeen: (view: number) => boolean,
    show: (view: number, rows: Rows) => void,
  ): boolean {
    const end = mayRest ? performance.now() + this.#budgetMs : Number.POSITIVE_INFINITY;
    for (const view of this.#seenFirst(isSeen)) {
      const rows = this.#waiting.get(view) as Rows;
      this.#waiting.delete(view);
      show(view, rows);
      if (performance.now() >= end) break;
    }
    return this.#waiting.size > 0;
  }

  #seenFirst(isSeen: (view: number) => boolean): number[] {
    const views = [...this.#waiting.keys()];
    if (views.length < 2) return views;
    const seen = new Set(views.filter(isSeen));
    return [...seen, ...views.filter((view) => !seen.has(view))];
  }
}
