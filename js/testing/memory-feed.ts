import type { Change, Feed } from './feed.ts';
import { rawMembers } from './rows/raw-row.ts';

export interface MemoryFeedOptions {
  /** Changes that are kept for clients that come back. */
  history?: number;
  /** The column that tells rows apart. */
  key?: string;
  now?: () => number;
}

/** An object, or its JSON text where digits matter that a double does not hold. */
export type RowInput = string | object;

type Listener = (changes: readonly Change[]) => void;

/** Tables in memory, and the history of their changes: a server's data in a test. */
export class MemoryFeed implements Feed {
  /** Called when the history was replaced: nobody can resume. */
  onNewEpoch: () => void = () => {};
  readonly #history: number;
  readonly #key: string;
  readonly #now: () => number;
  readonly #tables = new Map<string, Map<string, string>>();
  readonly #listeners = new Set<Listener>();
  #epoch = newName();
  #log: Change[] = [];
  #head = 0;

  constructor({ history = 1000, key = 'id', now = Date.now }: MemoryFeedOptions = {}) {
    this.#history = history;
    this.#key = key;
    this.#now = now;
  }

  get epoch(): string {
    return this.#epoch;
  }

  get head(): number {
    return this.#head;
  }

  /** Every row of the table as JSON text, in the order of their inserts. */
  rows(table: string): string[] {
    return [...(this.#tables.get(table)?.values() ?? [])];
  }

  /** `mutation`: the id of the edit that wrote it. @throws Error when the row is there already */
  insert(table: string, input: RowInput, mutation: string | null = null): Change {
    const { row, key } = this.#read(input);
    const rows = this.#tables.get(table) ?? new Map<string, string>();
    if (rows.has(key)) throw new Error(`${table} has a row ${key} already`);
    this.#tables.set(table, rows.set(key, row));
    return this.#hand(table, { action: 'insert', row, old: null, mutation });
  }

  /** The row as a whole. @throws Error when it is not there */
  update(table: string, input: RowInput, mutation: string | null = null): Change {
    const { row, key } = this.#read(input);
    const old = this.#held(table, key);
    this.#tables.get(table)?.set(key, row);
    return this.#hand(table, { action: 'update', row, old, mutation });
  }

  /** The members that are named, of the row that has the key. @throws Error when it is not there */
  patch(table: string, members: object, mutation: string | null = null): Change {
    const { key } = this.#read(members);
    const row = JSON.parse(this.#held(table, key)) as Record<string, unknown>;
    return this.update(table, { ...row, ...members }, mutation);
  }

  /** Of the row only the key is looked at. @throws Error when it is not there */
  delete(table: string, input: RowInput, mutation: string | null = null): Change {
    const { key } = this.#read(input);
    const row = this.#held(table, key);
    this.#tables.get(table)?.delete(key);
    return this.#hand(table, { action: 'delete', row, old: null, mutation });
  }

  truncate(table: string): Change {
    this.#tables.delete(table);
    return this.#hand(table, { action: 'truncate', row: null, old: null, mutation: null });
  }

  /** As after a restored backup: the rows stay, what `seq` counted in is gone. */
  newEpoch(): void {
    this.#epoch = newName();
    this.#log = [];
    this.#head = 0;
    this.onNewEpoch();
  }

  recent(seq: number): readonly Change[] | undefined {
    const oldest = this.#log[0]?.seq ?? this.#head + 1;
    return seq >= oldest - 1 ? this.#log.slice(seq - oldest + 1) : undefined;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #hand(table: string, written: Pick<Change, 'action' | 'row' | 'old' | 'mutation'>): Change {
    const committedAt = new Date(this.#now()).toISOString();
    const change = { seq: ++this.#head, table, committedAt, ...written };
    this.#log.push(change);
    if (this.#log.length > this.#history) this.#log.shift();
    for (const listener of [...this.#listeners]) listener([change]);
    return change;
  }

  #held(table: string, key: string): string {
    const row = this.#tables.get(table)?.get(key);
    if (row === undefined) throw new Error(`${table} has no row ${key}`);
    return row;
  }

  #read(input: RowInput): { row: string; key: string } {
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    // One line, as a database writes it: JSON's own strings hold no line ends.
    const row = text.replace(/[\r\n\t]+/g, ' ').trim();
    const value: unknown = JSON.parse(row);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Error('a row is a JSON object');
    }
    const key = rawMembers(row).get(this.#key);
    if (key === undefined || key === 'null') throw new Error(`the row has no ${this.#key}`);
    return { row, key };
  }
}

function newName(): string {
  return Math.random().toString(36).slice(2, 12);
}
