import type { Conflict, RealtimeEvent, RowId } from '../core/effects.ts';
import { TidemarkError } from '../core/errors.ts';
import type { EntityDefinition } from '../entities/definitions.ts';
import { asTidemarkError, callSafely, type Report } from './callbacks.ts';
import type { Driver } from './driver.ts';
import type { EditEffect } from './driver-options.ts';
import type { EditStore, StoredEdit } from './edit-store.ts';
import { snapshotText } from './snapshot-body.ts';
import { temporaryId } from './temporary-id.ts';

type Members = Record<string, unknown>;

/** What the server is to be sent for an edit. */
export interface Submission {
  /** Unique for the edit, also when it is sent again; the server's event repeats it. */
  mutationId: string;
  /** The row's id; of an insert without one, the temporary one. */
  id: RowId;
  /**
   * An insert's row, or the members that an update still changes: by the entity's policies, and
   * with what others changed meanwhile taken into account. Null for a delete.
   */
  data: Members | null;
}

/** An edit: what is shown at once, and how the server is told. */
export interface Edit {
  /** By name or by table name. */
  entity: string;
  action: RealtimeEvent['action'];
  /** The new row, the changed members with the row's id, or the id alone. */
  data: Members;
  send(submission: Submission): Promise<unknown>;
  /** The server's row in what `send` resolved with; undefined when it has none. */
  rowOf?: ((result: unknown) => unknown) | undefined;
  onConflict?: ((conflict: Conflict) => void) | undefined;
}

export interface EditsOptions {
  /** The database that keeps pending edits; undefined when none does. */
  database: string | undefined;
  entity(nameOrTable: string): EntityDefinition;
  /** A row changed by an edit that no event has told of yet. */
  changed(entity: EntityDefinition, id: unknown): void;
  onConflict?: ((conflict: Conflict) => void) | undefined;
  onRename?: ((entity: string, from: RowId, to: RowId) => void) | undefined;
}

interface Pending extends Pick<Edit, 'rowOf' | 'onConflict'> {
  entity: EntityDefinition;
  send(submission: Submission, action: RealtimeEvent['action']): Promise<unknown>;
  resolve(result: unknown): void;
  reject(thrown: unknown): void;
}

type EffectOf<Op extends EditEffect['op']> = Extract<EditEffect, { op: Op }>;

/** How long (ms) a new edit waits for those of earlier pages, whose turn comes first. */
const PATIENCE_MS = 2000;

// What `fetch` says in Chromium, Firefox, Safari, Node and React Native. Another TypeError is a
// mistake in the app's function.
const FETCH_FAILURE =
  /^(failed to fetch|fetch failed|load failed|network ?error|network request failed|the (internet|network) connection)/i;

// Said by what stands before a server, or by one that has no time: it did not look at the edit.
const TRANSIENT: ReadonlySet<unknown> = new Set([408, 425, 429, 502, 503, 504]);

/** Whether the request failed on its way, rather than being refused: `fetch`, axios, ky. */
function isNetworkFailure(thrown: unknown): boolean {
  if (thrown instanceof TypeError) return FETCH_FAILURE.test(thrown.message);
  const { code, status, response } = (thrown ?? {}) as {
    code?: unknown;
    status?: unknown;
    response?: { status?: unknown } | null;
  };
  return code === 'ERR_NETWORK' || TRANSIENT.has(status) || TRANSIENT.has(response?.status);
}

/** Of an edit that nobody awaits any more. */
function failureOf(entity: string, cause: unknown): TidemarkError {
  const message = `an edit of ${entity} that an earlier page left was taken back: ${String(cause)}`;
  return new TidemarkError('edit_failed', message, { cause });
}

function isRow(value: unknown, { idField }: EntityDefinition): value is Members {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, idField);
}

/** The edits under way. What is shown, when each is sent and what wins is the core's to say. */
export class Edits {
  readonly #driver: Driver;
  readonly #report: Report;
  readonly #options: EditsOptions;
  readonly #pending = new Map<number, Pending>();
  /** Entities whose edits of earlier pages stay where they are; reported already. */
  readonly #unsendable = new Set<string>();
  #store: Promise<EditStore> | undefined;
  #earlier: Promise<void> | undefined;
  #closed = false;

  constructor(driver: Driver, report: Report, options: EditsOptions) {
    this.#driver = driver;
    this.#report = report;
    this.#options = options;
  }

  /**
   * Shows an edit and sends it when its turn comes. Resolves with what `send` resolved with.
   * Rejects with what it rejected with, the edit taken back, or TidemarkError `unknown_entity`
   * or `bad_mutation`. Without a core it is only sent.
   */
  async make(edit: Edit): Promise<unknown> {
    const entity = this.#options.entity(edit.entity);
    const mutationId = crypto.randomUUID();
    const id =
      edit.data[entity.idField] ?? (edit.action === 'insert' ? temporaryId(mutationId) : null);
    const data = { ...edit.data, [entity.idField]: id };
    const mutation = { id: mutationId, entity: entity.name, action: edit.action, data };
    // A name that is a definition's, but rows that hold no JSON.
    snapshotText(data);
    if (this.#options.database !== undefined) await (this.#earlier ?? this.restore());
    return new Promise((resolve, reject) => {
      this.#driver
        .ask((engine, now) => {
          // Known before its `submit` comes, which is before `ask` has resolved.
          const handle = engine.mutate(mutation, now);
          const { send, rowOf, onConflict } = edit;
          this.#pending.set(handle, { entity, send, rowOf, onConflict, resolve, reject });
        })
        .catch((thrown: unknown) => {
          const isGone =
            thrown instanceof TidemarkError &&
            (thrown.code === 'core_unavailable' || thrown.code === 'disposed');
          if (!isGone) return reject(thrown);
          const sent = edit.action === 'delete' ? null : data;
          edit.send({ mutationId, id: id as RowId, data: sent }).then(resolve, reject);
        });
    });
  }

  /**
   * Makes the edits anew that pages which are gone have left in the database. Resolves when that
   * is done, or takes too long. Failures are reported.
   */
  restore(): Promise<void> {
    if (this.#options.database === undefined) return Promise.resolve();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    this.#earlier = Promise.race([this.#restore(), patience]).finally(() => clearTimeout(timer));
    return this.#earlier;
  }

  /** What is kept stays. */
  close(): void {
    // In turn, after what was just to be kept.
    if (this.#store) this.#withStore((store) => store.close());
    this.#closed = true;
  }

  perform(effect: EditEffect): void {
    switch (effect.op) {
      case 'submit':
        void this.#submit(effect);
        break;
      case 'keep':
        this.#withStore((store) =>
          store.put({ key: effect.key, entity: effect.entity, saved: effect.saved }),
        );
        break;
      case 'forget':
        this.#withStore((store) => store.delete(effect.key));
        break;
      case 'confirmed':
        this.#confirmed(effect);
        break;
      case 'renamed':
        this.#renamed(effect);
        break;
      case 'conflict':
        this.#conflict(effect);
        break;
      default:
        effect satisfies never;
    }
  }

  async #restore(): Promise<void> {
    const store = await this.#opened();
    const adopted = await store?.adopt(
      (entity) => this.#canSend(entity),
      () => void this.restore(),
    );
    for (const edit of adopted ?? []) this.#makeAnew(edit);
  }

  #makeAnew({ entity: name, saved }: StoredEdit): void {
    const entity = this.#options.entity(name);
    this.#driver.run((engine, now) => {
      const handle = engine.restore(saved, now);
      this.#pending.set(handle, {
        entity,
        send: async (submission, action) => entity.send?.(action, submission),
        resolve: () => {},
        reject: (cause) => this.#report(failureOf(name, cause)),
      });
    });
  }

  #canSend(name: string): boolean {
    if (this.#unsendable.has(name)) return false;
    try {
      if (this.#options.entity(name).send) return true;
      throw new TidemarkError('no_sender', `edits of ${name} are kept, and it defines no 'send'`);
    } catch (thrown) {
      this.#unsendable.add(name);
      this.#report(asTidemarkError('no_sender', thrown));
      return false;
    }
  }

  #withStore(use: (store: EditStore) => void): void {
    void this.#opened().then((store) => store && use(store));
  }

  /** The code is loaded when it is first needed; undefined when it cannot be. */
  async #opened(): Promise<EditStore | undefined> {
    const { database } = this.#options;
    if (database === undefined || this.#closed) return undefined;
    if (!this.#store) {
      const loading = import('./edit-store.ts');
      this.#store = loading.then(({ EditStore }) => new EditStore(database, this.#report));
      this.#store.catch((thrown) => this.#report(asTidemarkError('edits_not_kept', thrown)));
    }
    return this.#store.catch(() => undefined);
  }

  async #submit({ mutation, key, id, action, data }: EffectOf<'submit'>): Promise<void> {
    const pending = this.#pending.get(mutation);
    if (!pending) return;
    const { entity, resolve, reject } = pending;
    let result: unknown;
    try {
      result = await pending.send({ mutationId: key, id, data }, action);
    } catch (thrown) {
      const kept = await this.#failed(mutation, isNetworkFailure(thrown));
      if (kept) return;
      this.#pending.delete(mutation);
      this.#driver.flush();
      return reject(thrown);
    }
    this.#pending.delete(mutation);
    const row = this.#rowOf(pending, result);
    this.#driver.run((engine, now) => engine.settle(mutation, row, now));
    this.#options.changed(entity, id);
    // The server's row before whoever awaits this looks.
    this.#driver.flush();
    resolve(result);
  }

  #confirmed({ mutation, row }: EffectOf<'confirmed'>): void {
    const pending = this.#pending.get(mutation);
    if (!pending) return;
    this.#pending.delete(mutation);
    const { entity, resolve } = pending;
    this.#options.changed(entity, (row as Members | null)?.[entity.idField]);
    this.#driver.flush();
    resolve(row);
  }

  #renamed({ entity, from, to }: EffectOf<'renamed'>): void {
    callSafely(this.#report, 'onRename', () => this.#options.onRename?.(entity, from, to));
  }

  #conflict({ op: _, mutation, ...conflict }: EffectOf<'conflict'>): void {
    const pending = this.#pending.get(mutation);
    callSafely(this.#report, 'onConflict', () => this.#options.onConflict?.(conflict));
    callSafely(this.#report, 'onConflict', () => pending?.onConflict?.(conflict));
    const decide = this.#options.entity(conflict.entity).conflicts?.[conflict.field];
    if (typeof decide !== 'function') return;
    callSafely(this.#report, 'a conflict policy', () => {
      const value = decide(conflict);
      this.#driver.run((engine, now) =>
        engine.resolve(mutation, conflict.field, conflict.theirs, value ?? null, now),
      );
    });
  }

  async #failed(mutation: number, network: boolean): Promise<boolean> {
    try {
      return await this.#driver.ask((engine, now) => engine.fail(mutation, network, now));
    } catch {
      return false;
    }
  }

  /** As JSON; `null` when the server gave none. */
  #rowOf({ entity, rowOf }: Pending, result: unknown): string {
    let row: unknown;
    callSafely(this.#report, 'rowOf', () => {
      row = rowOf ? rowOf(result) : result;
    });
    const inside = (row as { data?: unknown } | null | undefined)?.data;
    const found = [row, inside].find((each) => isRow(each, entity));
    return found === undefined ? 'null' : snapshotText(found);
  }
}
