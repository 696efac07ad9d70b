import type { Conflict, RealtimeEvent, RowId } from '../core/effects.ts';

export type Members = Record<string, unknown>;

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
  /** What is done to the row. */
  action: RealtimeEvent['action'];
  /** The new row, the changed members with the row's id, or the id alone. */
  data: Members;
  /**
   * Tells the server. What fails on its way, rather than being refused, is tried again while there
   * is no network, and with `persistEdits` whatever the browser says of the network.
   */
  send(submission: Submission): Promise<unknown>;
  /** The server's row in what `send` resolved with; undefined when it has none. */
  rowOf?: ((result: unknown) => unknown) | undefined;
  /** Somebody else changed a field that this edit changes. */
  onConflict?: ((conflict: Conflict) => void) | undefined;
}
