import { chunk } from '../core/chunk.ts';
import type { Conflict, RealtimeEvent, RowId } from '../core/effects.ts';
import type { Mutation } from '../core/engine.ts';
import { TidemarkError } from '../core/errors.ts';
import type { EntityDefinition } from '../entities/definitions.ts';
import { asTidemarkError, callSafely, isAbort, type Report } from './callbacks.ts';
import type { Driver } from './driver.ts';
import type { EditEffect, EngineLike } from './driver-options.ts';
import type { Edit, Members, Submission } from './edit.ts';
import type { EditStore, StoredEdit } from './edit-store.ts';
import { isNetworkFailure } from './network-failure.ts';
import { snapshotText } from './snapshot-body.ts';
import { temporaryId } from './temporary-id.ts';

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
  /** The core's number for it. */
  handle: number;
  /** How many cores have had it. */
  cores: number;
  /** What it is made of; null for one that an earlier page left. */
  mutation: (Mutation & { data: Members }) | null;
  /** As the core has it kept. */
  saved: string | undefined;
  /** Its request under way. */
  sending: Promise<unknown> | undefined;
  send(submission: Submission, action: RealtimeEvent['action']): Promise<unknown>;
  resolve(result: unknown): void;
  reject(thrown: unknown): void;
}

/** Of a core that does nothing any more. */
const GONE: ReadonlySet<string> = new Set(['core_unavailable', 'core_aborted', 'disposed']);

type EffectOf<Op extends EditEffect['op']> = Extract<EditEffect, { op: Op }>;

/** How long (ms) a new edit waits for those of earlier pages, whose turn comes first. */
const PATIENCE_MS = 2000;

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
          const outcome = { send, rowOf, onConflict, resolve, reject };
          this.#add({
            ...outcome,
            entity,
            handle,
            cores: 1,
            mutation,
            saved: undefined,
            sending: undefined,
          });
        })
        .catch((thrown: unknown) => {
          if (!(thrown instanceof TidemarkError && GONE.has(thrown.code))) return reject(thrown);
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

  /** The core, which runs elsewhere, did not take an edit. */
  refused(handle: number, error: TidemarkError): void {
    this.#pending.get(handle)?.reject(error);
    this.#pending.delete(handle);
  }

  perform(effect: EditEffect): void {
    switch (effect.op) {
      case 'submit':
        void this.#submit(effect);
        break;
      case 'keep':
        this.#kept(effect);
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
      this.#add({
        entity,
        handle,
        cores: 1,
        mutation: null,
        saved,
        sending: undefined,
        send: async (submission, action) => entity.send?.(action, submission),
        resolve: () => {},
        reject: (cause) => this.#report(failureOf(name, cause)),
        rowOf: undefined,
        onConflict: undefined,
      });
    });
  }

  #add(pending: Pending): void {
    this.#pending.set(pending.handle, pending);
  }

  /** The core is gone: answers that come from now on are for the next. */
  lost(): void {
    for (const pending of this.#pending.values()) pending.cores++;
  }

  /** In a core that has taken the place of a lost one. Requests under way are not made again. */
  remake(engine: EngineLike, now: number): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of all) {
      const { mutation, saved } = pending;
      try {
        pending.handle =
          saved === undefined && mutation
            ? engine.mutate(mutation, now)
            : engine.restore(saved ?? '', now);
        this.#add(pending);
      } catch (thrown) {
        // It stays to be made in the next.
        if (isAbort(thrown)) for (const each of all) this.#add(each);
        if (isAbort(thrown)) throw thrown;
        pending.reject(thrown);
      }
    }
  }

  /** There will be no other core: what is pending is only sent. */
  abandon(): void {
    for (const pending of this.#pending.values()) {
      const { entity, mutation, sending, resolve, reject } = pending;
      if (!mutation) continue;
      const { id: mutationId, action, data } = mutation;
      const id = data[entity.idField] as RowId;
      const sent = action === 'delete' ? null : data;
      (sending ?? pending.send({ mutationId, id, data: sent }, action)).then(resolve, reject);
    }
    this.#pending.clear();
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
      const loading = chunk(() => import('./edit-store.ts'));
      this.#store = loading.then(({ EditStore }) => new EditStore(database, this.#report));
      this.#store.catch((thrown) => this.#report(asTidemarkError('edits_not_kept', thrown)));
    }
    return this.#store.catch(() => undefined);
  }

  #kept({ key, saved }: EffectOf<'keep'>): void {
    for (const pending of this.#pending.values()) {
      if (pending.mutation?.id === key) pending.saved = saved;
    }
  }

  async #submit({ mutation, key, id, action, data }: EffectOf<'submit'>): Promise<void> {
    const pending = this.#pending.get(mutation);
    if (!pending) return;
    const { entity, cores, resolve, reject } = pending;
    // Made anew in another core, which asks for it again and is told then, or has it confirmed.
    const isOther = (): boolean => pending.cores !== cores;
    let result: unknown;
    try {
      pending.sending ??= pending.send({ mutationId: key, id, data }, action);
      result = await pending.sending;
    } catch (thrown) {
      if (isOther()) return;
      pending.sending = undefined;
      const kept = await this.#failed(mutation, isNetworkFailure(thrown));
      if (kept) return;
      this.#pending.delete(mutation);
      const flushing = this.#driver.flush();
      if (flushing) await flushing;
      return reject(thrown);
    }
    if (isOther()) return;
    this.#pending.delete(mutation);
    const row = this.#rowOf(pending, result);
    this.#driver.run((engine, now) => engine.settle(mutation, row, now));
    this.#options.changed(entity, id);
    // The server's row before whoever awaits this looks.
    const flushing = this.#driver.flush();
    if (flushing) await flushing;
    resolve(result);
  }

  #confirmed({ mutation, row }: EffectOf<'confirmed'>): void {
    const pending = this.#pending.get(mutation);
    if (!pending) return;
    this.#pending.delete(mutation);
    const { entity, resolve } = pending;
    this.#options.changed(entity, (row as Members | null)?.[entity.idField]);
    const flushing = this.#driver.flush();
    if (flushing) void flushing.then(() => resolve(row));
    else resolve(row);
  }

  #renamed({ entity, from, to }: EffectOf<'renamed'>): void {
    for (const pending of this.#pending.values()) {
      const { mutation, entity: of } = pending;
      if (!mutation || of.name !== entity || mutation.data[of.idField] !== from) continue;
      pending.mutation = { ...mutation, data: { ...mutation.data, [of.idField]: to } };
    }
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
        engine.resolve(
          pending?.handle ?? mutation,
          conflict.field,
          conflict.theirs,
          value ?? null,
          now,
        ),
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
