/** What a server streams from: one history of changes, in the order of their commits. */
export interface Feed {
  /** Names the history that `seq` counts in. */
  readonly epoch: string;
  /** seq of the newest change; 0 before the first. */
  readonly head: number;
  /** The changes after `seq`, all of them; undefined when some of them are kept no longer. */
  recent(seq: number): readonly Change[] | undefined;
  /** From the next change on. Returns how to stop. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
}

export type Action = 'insert' | 'update' | 'delete' | 'truncate';

/** Rows are JSON text, as the database wrote it, so that numbers keep their digits. */
export interface Change {
  seq: number;
  table: string;
  action: Action;
  /** The row after the change; of a delete the row that went; null for a truncate. */
  row: string | null;
  /** The row before an update. */
  old: string | null;
  /** The mutation id of the write that caused it. */
  mutation: string | null;
  /** ISO 8601 */
  committedAt: string;
}

/** A change of one row, which a truncate is not. */
export type RowChange = Change & { action: Exclude<Action, 'truncate'>; row: string };

export function isRowChange(change: Change): change is RowChange {
  return change.row !== null;
}
