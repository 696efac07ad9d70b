import type { Conflict, Effect, RealtimeEvent, RowId } from '../core/effects.ts';
import { TidemarkError } from '../core/errors.ts';
import type { EntityDefinition } from '../entities/definitions.ts';
import { callSafely, type Report } from './callbacks.ts';
import type { Driver } from './driver.ts';
import { snapshotText } from './snapshot-body.ts';

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
  entity(nameOrTable: string): EntityDefinition;
  /** A row changed by an edit that no event has told of yet. */
  changed(entity: EntityDefinition, id: unknown): void;
  onConflict?: ((conflict: Conflict) => void) | undefined;
  onRename?: ((entity: string, from: RowId, to: RowId) => void) | undefined;
}

interface Pending {
  edit: Edit;
  entity: EntityDefinition;
  resolve(result: unknown): void;
  reject(thrown: unknown): void;
}

type EffectOf<Op extends Effect['op']> = Extract<Effect, { op: Op }>;

/** Whether the request failed on its way, rather than being refused: `fetch` and axios. */
function isNetworkFailure(thrown: unknown): boolean {
  return (
    thrown instanceof TypeError || (thrown as { code?: unknown } | null)?.code === 'ERR_NETWORK'
  );
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
      edit.data[entity.idField] ?? (edit.action === 'insert' ? `temp-${mutationId}` : null);
    const data = { ...edit.data, [entity.idField]: id };
    const mutation = { id: mutationId, entity: entity.name, action: edit.action, data };
    // A name that is a definition's, but rows that hold no JSON.
    snapshotText(data);
    return new Promise((resolve, reject) => {
      this.#driver
        .ask((engine, now) => {
          // Known before its `submit` comes, which is before `ask` has resolved.
          const handle = engine.mutate(mutation, now);
          this.#pending.set(handle, { edit, entity, resolve, reject });
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

  async submit({ mutation, key, id, data }: EffectOf<'submit'>): Promise<void> {
    const pending = this.#pending.get(mutation);
    if (!pending) return;
    const { edit, entity, resolve, reject } = pending;
    let result: unknown;
    try {
      result = await edit.send({ mutationId: key, id, data });
    } catch (thrown) {
      const kept = await this.#failed(mutation, isNetworkFailure(thrown));
      if (kept) return;
      this.#pending.delete(mutation);
      this.#driver.flush();
      return reject(thrown);
    }
    this.#pending.delete(mutation);
    const row = this.#rowOf(edit, entity, result);
    this.#driver.run((engine, now) => engine.settle(mutation, row, now));
    this.#options.changed(entity, id);
    // The server's row before whoever awaits this looks.
    this.#driver.flush();
    resolve(result);
  }

  renamed({ entity, from, to }: EffectOf<'renamed'>): void {
    callSafely(this.#report, 'onRename', () => this.#options.onRename?.(entity, from, to));
  }

  conflict({ op: _, mutation, ...conflict }: EffectOf<'conflict'>): void {
    const pending = this.#pending.get(mutation);
    callSafely(this.#report, 'onConflict', () => this.#options.onConflict?.(conflict));
    callSafely(this.#report, 'onConflict', () => pending?.edit.onConflict?.(conflict));
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
  #rowOf(edit: Edit, entity: EntityDefinition, result: unknown): string {
    let row: unknown;
    callSafely(this.#report, 'rowOf', () => {
      row = edit.rowOf ? edit.rowOf(result) : result;
    });
    const inside = (row as { data?: unknown } | null | undefined)?.data;
    const found = [row, inside].find((each) => isRow(each, entity));
    return found === undefined ? 'null' : snapshotText(found);
  }
}
