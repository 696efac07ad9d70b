export type Action = 'insert' | 'update' | 'delete' | 'truncate';

/** One row of the outbox. Rows stay the text that Postgres wrote. */
export interface Change {
  seq: number;
  table: string;
  action: Action;
  /** The row after the change; of a delete the row that went; null for a truncate. */
  row: string | null;
  /** The row before an update. */
  old: string | null;
  mutation: string | null;
  /** ISO 8601 */
  committedAt: string;
}

/** Roughly what it costs to keep. */
export function weightOf(change: Change): number {
  return 200 + (change.row?.length ?? 0) + (change.old?.length ?? 0);
}

/** The event that tells one subscription of a change. */
export function eventText(
  change: Change,
  copy: { epoch: string; entity: string; sub: string; prev: number },
): string {
  const { seq, action, row, committedAt, mutation } = change;
  const { epoch, entity, sub, prev } = copy;
  const head = { type: 'realtime', id: `${epoch}:${seq}`, entity, action };
  const tail = {
    timestamp: committedAt,
    sub,
    epoch,
    seq,
    prev,
    ...(mutation === null ? {} : { mutation }),
  };
  // The row is spliced in as it is, so that its numbers keep their digits.
  return `${JSON.stringify(head).slice(0, -1)},"data":${row},${JSON.stringify(tail).slice(1)}`;
}
