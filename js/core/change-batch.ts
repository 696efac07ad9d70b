import { TidemarkError } from './errors.ts';

/**
 * What one view shows after a flush. `rows` is a new array when anything changed and
 * holds the very same object for every row that did not change.
 */
export interface ViewChange {
  view: number;
  rows: readonly unknown[];
}

const MAGIC = 0x314d4454; // 'TDM1', see src/change/batch.h
const HEADER_WORDS = 6;
const ROW_WORDS = 2;
const OP_WORDS = 4;
const ROW_GONE = 2;
const VIEW_LIST = 1;
const OP_INSERT = 0;
const OP_REMOVE = 1;
const OP_MOVE = 2;

const decoder = new TextDecoder();

/**
 * The JS side of the change batch: one object per row slot that the page has seen, one
 * array per view. The layout is drawn in `src/change/batch.h`.
 */
export class Materialiser {
  readonly #objects = new Map<number, unknown>();
  readonly #views = new Map<number, readonly unknown[]>();

  /** The rows that `view` shows, or undefined before its first snapshot. */
  rows(view: number): readonly unknown[] | undefined {
    return this.#views.get(view);
  }

  forget(view: number): void {
    this.#views.delete(view);
  }

  get objectCount(): number {
    return this.#objects.size;
  }

  /**
   * Applies one batch. Everything that can throw happens before anything is changed, so
   * that after an error both sides still agree and the core can roll back.
   *
   * @throws TidemarkError `bad_batch`, or SyntaxError from JSON.parse
   */
  apply(batch: Uint8Array): ViewChange[] {
    const words = new Uint32Array(batch.buffer, batch.byteOffset, batch.byteLength >>> 2);
    if (words[0] !== MAGIC) throw new TidemarkError('bad_batch', 'not a change batch');
    const word = (at: number): number => words[at] as number;
    const rowCount = word(1);
    const viewCount = word(2);
    const jsonStart = word(4);
    const json = decoder.decode(batch.subarray(jsonStart, jsonStart + word(5)));
    const values: unknown[] = JSON.parse(json);

    let at = HEADER_WORDS;
    let next = 0;
    for (let row = 0; row < rowCount; row++, at += ROW_WORDS) {
      if (word(at + 1) === ROW_GONE) this.#objects.delete(word(at));
      else this.#objects.set(word(at), values[next++]);
    }
    const changes: ViewChange[] = [];
    for (let i = 0; i < viewCount; i++) {
      const view = word(at);
      const mode = word(at + 1);
      const count = word(at + 2);
      at += 3;
      let rows: unknown[];
      if (mode === VIEW_LIST) {
        rows = new Array(count);
        for (let k = 0; k < count; k++) rows[k] = this.#objects.get(word(at + k));
        at += count;
      } else {
        rows = (this.#views.get(view) ?? []).slice();
        for (let k = 0; k < count; k++, at += OP_WORDS) this.#applyOp(rows, words, at);
      }
      this.#views.set(view, rows);
      changes.push({ view, rows });
    }
    return changes;
  }

  #applyOp(rows: unknown[], words: Uint32Array, at: number): void {
    const [kind, slot, from, to] = words.subarray(at, at + OP_WORDS) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const object = this.#objects.get(slot);
    if (kind === OP_INSERT) rows.splice(to, 0, object);
    else if (kind === OP_REMOVE) rows.splice(from, 1);
    else if (kind === OP_MOVE) {
      rows.splice(from, 1);
      rows.splice(to, 0, object);
    } else rows[from] = object;
  }
}
