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
const ROW_PATCH = 5;
const VIEW_LIST = 1;
const OP_INSERT = 0;
const OP_REMOVE = 1;
const OP_MOVE = 2;
const OP_UPDATE = 3;

/** From this many moved elements on, cutting the list into chunks costs less than moving them. */
const MOST_MOVED = 100_000;
const CHUNK = 512;

const decoder = new TextDecoder();

/**
 * The JS side of the change batch: one object per row slot that the page has seen, one
 * array per view. The layout is drawn in `src/change/batch.h`.
 */
export class Materialiser {
  /** By slot; slots are small and used again. */
  readonly #objects: unknown[] = [];
  readonly #views = new Map<number, readonly unknown[]>();
  #objectCount = 0;

  /** The rows that `view` shows, or undefined before its first snapshot. */
  rows(view: number): readonly unknown[] | undefined {
    return this.#views.get(view);
  }

  forget(view: number): void {
    this.#views.delete(view);
  }

  get objectCount(): number {
    return this.#objectCount;
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
    const rows = this.#newObjects(words, rowCount, JSON.parse(json) as unknown[]);
    for (let row = 0; row < rowCount; row++) this.#put(word(HEADER_WORDS + row * 2), rows[row]);

    let at = HEADER_WORDS + rowCount * ROW_WORDS;
    const changes: ViewChange[] = [];
    for (let i = 0; i < viewCount; i++) {
      const view = word(at);
      const mode = word(at + 1);
      const count = word(at + 2);
      at += 3;
      const rows =
        mode === VIEW_LIST
          ? this.#list(words, at, count)
          : this.#patchedList(this.#views.get(view) ?? [], words, at, count);
      at += mode === VIEW_LIST ? count : count * OP_WORDS;
      this.#views.set(view, rows);
      changes.push({ view, rows });
    }
    return changes;
  }

  /** What each entry makes of its row's object; undefined where the object goes. */
  #newObjects(words: Uint32Array, count: number, values: unknown[]): unknown[] {
    const objects = new Array<unknown>(count);
    let next = 0;
    for (let row = 0; row < count; row++) {
      const slot = words[HEADER_WORDS + row * ROW_WORDS] as number;
      const kind = words[HEADER_WORDS + row * ROW_WORDS + 1] as number;
      if (kind === ROW_GONE) continue;
      objects[row] =
        kind === ROW_PATCH ? patched(this.#objects[slot], values[next++]) : values[next++];
    }
    return objects;
  }

  #put(slot: number, object: unknown): void {
    // Slots before this one may be without an object, but never with a hole.
    while (this.#objects.length <= slot) this.#objects.push(undefined);
    if (this.#objects[slot] !== undefined) this.#objectCount--;
    if (object !== undefined) this.#objectCount++;
    this.#objects[slot] = object;
  }

  #list(words: Uint32Array, at: number, count: number): unknown[] {
    const rows = new Array<unknown>(count);
    for (let k = 0; k < count; k++) rows[k] = this.#objects[words[at + k] as number];
    return rows;
  }

  #patchedList(
    before: readonly unknown[],
    words: Uint32Array,
    at: number,
    count: number,
  ): unknown[] {
    let shifts = 0;
    for (let k = 0; k < count; k++) if (words[at + k * OP_WORDS] !== OP_UPDATE) shifts++;
    const list =
      shifts * before.length > MOST_MOVED ? new ChunkedList(before) : new PlainList(before);
    for (let k = 0; k < count; k++, at += OP_WORDS) {
      const kind = words[at];
      const object = this.#objects[words[at + 1] as number];
      const from = words[at + 2] as number;
      const to = words[at + 3] as number;
      if (kind === OP_UPDATE) list.set(from, object);
      if (kind === OP_REMOVE || kind === OP_MOVE) list.remove(from);
      if (kind === OP_INSERT || kind === OP_MOVE) list.insert(to, object);
    }
    return list.toArray();
  }
}

/**
 * The object with some members set anew. Spread copies every member as it is, also one that
 * is called `__proto__`; the core sends rows whole in which such a member changed.
 */
function patched(previous: unknown, members: unknown): unknown {
  if (typeof previous !== 'object' || previous === null) {
    throw new TidemarkError('bad_batch', 'members of a row that has no object');
  }
  return { ...previous, ...(members as object) };
}

interface EditedList {
  set(index: number, value: unknown): void;
  insert(index: number, value: unknown): void;
  remove(index: number): void;
  toArray(): unknown[];
}

class PlainList implements EditedList {
  readonly #rows: unknown[];

  constructor(rows: readonly unknown[]) {
    this.#rows = rows.slice();
  }
  set(index: number, value: unknown): void {
    this.#rows[index] = value;
  }
  insert(index: number, value: unknown): void {
    this.#rows.splice(index, 0, value);
  }
  remove(index: number): void {
    this.#rows.splice(index, 1);
  }
  toArray(): unknown[] {
    return this.#rows;
  }
}

/** A long list under many insertions: each moves one chunk, and one pass joins them. */
class ChunkedList implements EditedList {
  readonly #chunks: unknown[][] = [];

  constructor(rows: readonly unknown[]) {
    for (let at = 0; at < rows.length; at += CHUNK) this.#chunks.push(rows.slice(at, at + CHUNK));
  }

  set(index: number, value: unknown): void {
    const [chunk, at] = this.#locate(index);
    chunk[at] = value;
  }
  insert(index: number, value: unknown): void {
    const [chunk, at] = this.#locate(index);
    chunk.splice(at, 0, value);
  }
  remove(index: number): void {
    const [chunk, at] = this.#locate(index);
    chunk.splice(at, 1);
  }
  toArray(): unknown[] {
    return this.#chunks.flat();
  }

  /** The chunk that `index` is in, or at the end of: there a value may be inserted. */
  #locate(index: number): [chunk: unknown[], at: number] {
    for (const chunk of this.#chunks) {
      if (index < chunk.length) return [chunk, index];
      index -= chunk.length;
    }
    const last = this.#chunks.at(-1) as unknown[];
    return [last, last.length + index];
  }
}
