import type { RowChange } from './feed.ts';

/** A change as the event that clients know, with more members when a protocol has some. */
export function eventText(
  { seq, action, row, committedAt }: RowChange,
  { epoch, entity }: { epoch: string; entity: string },
  more: Record<string, unknown> = {},
): string {
  const head = { type: 'realtime', id: `${epoch}:${seq}`, entity, action };
  const tail = { timestamp: committedAt, ...more };
  // The row is spliced in as it is, so that its numbers keep their digits.
  return `${JSON.stringify(head).slice(0, -1)},"data":${row},${JSON.stringify(tail).slice(1)}`;
}
