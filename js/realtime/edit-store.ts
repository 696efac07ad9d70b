import { TidemarkError } from '../core/errors.ts';
import type { Report } from './callbacks.ts';

/** An edit as it is kept; `saved` is the core's, for its `restore`. */
export interface StoredEdit {
  /** The mutation id. */
  key: string;
  entity: string;
  saved: string;
}

interface EditRecord extends StoredEdit {
  /** In the order in which the edits were made, over all tabs. IndexedDB counts it. */
  seq?: number;
  /** Which page is to send it. */
  session: string;
  /** When that page took it, in ms since the epoch. */
  at: number;
}

const STORE = 'edits';
const BY_KEY = 'key';

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE, { keyPath: 'seq', autoIncrement: true });
    store.createIndex(BY_KEY, BY_KEY, { unique: true });
  };
  return resultOf(request);
}

const recordsIn = (store: IDBObjectStore): Promise<EditRecord[]> => resultOf(store.getAll());

/** Runs `work` in one transaction, and resolves when that is on disk. */
async function transact<T>(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction(STORE, mode);
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
  const [result] = await Promise.all([work(transaction.objectStore(STORE)), done]);
  return result;
}

/**
 * Pending edits in IndexedDB, each labelled with the page that is to send it. A page that has
 * any holds a lock of its name, so that others can tell its edits from those of a page that is
 * gone. What fails is reported once, as `edits_not_kept`; nothing here rejects.
 */
export class EditStore {
  readonly #name: string;
  readonly #report: Report;
  readonly #session = crypto.randomUUID();
  readonly #kept = new Set<string>();
  readonly #watched = new Set<string>();
  readonly #closing = new AbortController();
  #work: Promise<unknown> = Promise.resolve();
  #database: IDBDatabase | undefined;
  #releaseLock: (() => void) | undefined;
  #hasFailed = false;

  constructor(name: string, report: Report) {
    this.#name = name;
    this.#report = report;
  }

  /** In the place of an edit with the same key. */
  put(edit: StoredEdit): void {
    void this.#inTurn(undefined, async (database) => {
      await this.#hold();
      this.#kept.add(edit.key);
      await transact(database, 'readwrite', async (store) => {
        const seq = await resultOf(store.index(BY_KEY).getKey(edit.key));
        const record: EditRecord = { ...edit, session: this.#session, at: Date.now() };
        await resultOf(store.put(seq === undefined ? record : { ...record, seq }));
      });
    });
  }

  delete(key: string): void {
    void this.#inTurn(undefined, async (database) => {
      await transact(database, 'readwrite', async (store) => {
        const seq = await resultOf(store.index(BY_KEY).getKey(key));
        if (seq !== undefined) await resultOf(store.delete(seq));
      });
      this.#kept.delete(key);
      // Not before: the page that finds the lock free would send it once more.
      if (this.#kept.size === 0) this.#letGo();
    });
  }

  /**
   * Takes over the edits of pages that are gone, oldest first, as far as they are of entities
   * that `accepts` names; no two pages are given the same. Calls `freed` when another page that
   * has some goes later.
   */
  adopt(accepts: (entity: string) => boolean, freed: () => void): Promise<StoredEdit[]> {
    return this.#inTurn([], async (database) => {
      const all = await transact(database, 'readonly', recordsIn);
      const gone = await this.#goneOf(
        all.filter((each) => accepts(each.entity)),
        freed,
      );
      if (gone.size === 0) return [];
      await this.#hold();
      // Read once more, because another page may have been quicker: what it took is not gone.
      const adopted = await transact(database, 'readwrite', async (store) => {
        const left = await recordsIn(store);
        const taken = left.filter((each) => gone.has(each.session) && accepts(each.entity));
        const label = { session: this.#session, at: Date.now() };
        await Promise.all(taken.map((each) => resultOf(store.put({ ...each, ...label }))));
        return taken;
      });
      for (const { key } of adopted) this.#kept.add(key);
      if (this.#kept.size === 0) this.#letGo();
      return adopted;
    });
  }

  /** What is kept stays, for the next page. */
  close(): void {
    this.#closing.abort();
    void this.#work.then(() => {
      this.#database?.close();
      this.#letGo();
    });
  }

  /** The pages among those of `records` that are gone; the others are watched. */
  async #goneOf(records: readonly EditRecord[], freed: () => void): Promise<Set<string>> {
    const gone = new Set<string>();
    for (const { session, at } of records) {
      if (session === this.#session || gone.has(session)) continue;
      if (await this.#isGone(session, at)) gone.add(session);
      else this.#watch(session, freed);
    }
    return gone;
  }

  /** Without locks a page cannot tell: what is older than itself is taken for left behind. */
  async #isGone(session: string, at: number): Promise<boolean> {
    if (!navigator.locks) return at < performance.timeOrigin;
    return navigator.locks.request(
      this.#lockOf(session),
      { ifAvailable: true },
      (lock) => lock !== null,
    );
  }

  #watch(session: string, freed: () => void): void {
    if (!navigator.locks || this.#watched.has(session)) return;
    this.#watched.add(session);
    const { signal } = this.#closing;
    navigator.locks
      .request(this.#lockOf(session), { signal }, () => this.#watched.delete(session))
      .then(freed)
      // Closed first.
      .catch(() => {});
  }

  /** Resolves when the lock is held; it is until `#letGo`, or the page is gone. */
  async #hold(): Promise<void> {
    if (!navigator.locks || this.#releaseLock) return;
    await new Promise<void>((resolve, reject) => {
      navigator.locks
        .request(this.#lockOf(this.#session), () => {
          resolve();
          return new Promise<void>((release) => {
            this.#releaseLock = release;
          });
        })
        .catch(reject);
    });
  }

  #letGo(): void {
    this.#releaseLock?.();
    this.#releaseLock = undefined;
  }

  #lockOf(session: string): string {
    return `${this.#name}:${session}`;
  }

  /** One after the other, so that an edit is never deleted before it is there. */
  #inTurn<T>(otherwise: T, work: (database: IDBDatabase) => Promise<T>): Promise<T> {
    const done = this.#work.then(async () => {
      try {
        return await work(await this.#opened());
      } catch (cause) {
        this.#failed(cause);
        return otherwise;
      }
    });
    this.#work = done;
    return done;
  }

  async #opened(): Promise<IDBDatabase> {
    if (this.#database) return this.#database;
    const database = await open(this.#name);
    const forget = () => {
      this.#database = undefined;
    };
    database.onclose = forget;
    // Somebody wants it deleted.
    database.onversionchange = () => {
      database.close();
      forget();
    };
    this.#database = database;
    return database;
  }

  #failed(cause: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const message = `edits cannot be kept over a reload: ${String(cause)}`;
    this.#report(new TidemarkError('edits_not_kept', message, { cause }));
  }
}
