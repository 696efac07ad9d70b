import { eventText as plainEventText } from '../../js/testing/event.ts';
import type { Action, Change, RowChange } from '../../js/testing/feed.ts';

export type { Action, Change };

/** Roughly what it costs to keep. */
export function weightOf(change: Change): number {
  return 200 + (change.row?.length ?? 0) + (change.old?.length ?? 0);
}

/** The event that tells one subscription of a change. */
export function eventText(
  change: RowChange,
  copy: { epoch: string; entity: string; sub: string; prev: number },
): string {
  const { epoch, entity, sub, prev } = copy;
  const { seq, mutation } = change;
  const place = { sub, epoch, seq, prev };
  const more = mutation === null ? place : { ...place, mutation };
  return plainEventText(change, { epoch, entity }, more);
}
