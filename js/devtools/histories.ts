import type { ConnectionQuality, Status, Transport } from '../core/effects.ts';
import type { InspectedEdit, LinkCause } from '../core/inspection.ts';
import type { TracedEvent, TraceReport } from '../core/trace.ts';

/** The link came into this state. */
export interface LinkMoment {
  /** In ms since the epoch, as all times here. */
  readonly at: number;
  readonly status: Status;
  readonly transport: Transport | null;
  readonly attempt: number;
  /** Null when there was no core to say it. */
  readonly cause: LinkCause | null;
  /** With which the link was lost; null unless that was the cause. */
  readonly code: number | null;
}

export interface QualitySample extends ConnectionQuality {
  readonly at: number;
}

/** Somebody else changed what a pending edit changes. */
export interface SeenConflict extends Pick<InspectedEdit, 'key' | 'entity' | 'id'> {
  readonly at: number;
  readonly field: string;
  readonly theirs: unknown;
}

export const MOST_MOMENTS = 200;
export const MOST_SAMPLES = 120;
export const MOST_EVENTS = 1000;
export const MOST_CONFLICTS = 100;

/** With one more at the end; the oldest goes when there are too many. */
export function appended<T>(list: readonly T[], item: T, most: number): readonly T[] {
  return [...list.slice(Math.max(0, list.length + 1 - most)), item];
}

/**
 * Events with a report's in their places: `base` is added to its numbers, which begin anew with
 * each core.
 */
export function merged(
  events: readonly TracedEvent[],
  { entries }: TraceReport,
  base: number,
): readonly TracedEvent[] {
  if (entries.length === 0) return events;
  const byNumber = new Map(events.map((each) => [each.number, each]));
  for (const entry of entries) {
    const number = base + entry.number;
    byNumber.set(number, { ...entry, number });
  }
  return [...byNumber.values()].slice(-MOST_EVENTS);
}

/** Conflicts with those of the edits that are pending now. */
export function withConflicts(
  known: readonly SeenConflict[],
  edits: readonly InspectedEdit[],
  at: number,
): readonly SeenConflict[] {
  let all = known;
  for (const { key, entity, id, conflicts } of edits) {
    for (const { field, theirs } of conflicts) {
      const value = JSON.stringify(theirs);
      const isKnown = all.some(
        (each) => each.key === key && each.field === field && JSON.stringify(each.theirs) === value,
      );
      if (!isKnown) all = appended(all, { at, key, entity, id, field, theirs }, MOST_CONFLICTS);
    }
  }
  return all;
}
