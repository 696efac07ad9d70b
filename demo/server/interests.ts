import { rawMembers } from '../../js/testing/rows/raw-row.ts';
import type { Change } from './change.ts';
import { pinValue } from './condition.ts';
import type { Filter, Pin } from './filter.ts';

type Members = ReadonlyMap<string, string>;

/** A change's row before and after, taken apart. */
interface Rows {
  row: Members;
  old: Members | undefined;
}

// Taken apart once, whoever asks: many filters look at one change, and again at each replay.
const known = new WeakMap<Change, Rows>();

function rowsOf(change: Change): Rows {
  const before = known.get(change);
  if (before) return before;
  const old = change.old === null ? undefined : rawMembers(change.old);
  const rows = { row: rawMembers(change.row ?? '{}'), old };
  known.set(change, rows);
  return rows;
}

/** Whether a filter's list is another one after the change. A truncate concerns every list. */
export function concerns(filter: Filter, change: Change): boolean {
  if (change.row === null || filter.empty) return true;
  const { row, old } = rowsOf(change);
  return matches(filter, row) || (old !== undefined && matches(filter, old));
}

function matches(filter: Filter, members: Members): boolean {
  // Most rows of a replay fail here, without a look at the rest of the filter.
  const { pinned } = filter;
  if (pinned && pinValue(members.get(pinned.column)) !== pinned.value) return false;
  return filter.matchesMembers(members);
}

/** The id of the row, as its raw text. */
export function rowIdOf(change: Change, idColumn: string): string {
  return rowsOf(change).row.get(idColumn) ?? '';
}

/** All who want the same rows of a table. */
interface Group<Member> {
  filter: Filter;
  pin: Pin | undefined;
  members: Set<Member>;
}

/**
 * Who wants which rows of one table. A change is not compared with each filter: those that want
 * one value of a column are found by the row's value.
 */
export class Interests<Member> {
  readonly #groups = new Map<string, Group<Member>>();
  /** By column, then by value. */
  readonly #pinned = new Map<string, Map<string, Set<Group<Member>>>>();
  readonly #others = new Set<Group<Member>>();

  /** `text` is what the filter was made of. Returns how to leave. */
  add(text: string, filter: Filter, member: Member): () => void {
    let group = this.#groups.get(text);
    if (!group) {
      group = { filter, pin: filter.pinned, members: new Set() };
      this.#groups.set(text, group);
      this.#placeOf(group.pin).add(group);
    }
    const { members, pin } = group;
    const joined = group;
    members.add(member);
    return () => {
      members.delete(member);
      if (members.size > 0 || this.#groups.get(text) !== joined) return;
      this.#groups.delete(text);
      this.#placeOf(pin).delete(joined);
      this.#tidy(pin);
    };
  }

  /** Everyone whom the change concerns, once each. */
  *concernedBy(change: Change): Iterable<Member> {
    for (const group of this.#candidates(change)) {
      if (concerns(group.filter, change)) yield* group.members;
    }
  }

  *everyone(): Iterable<Member> {
    for (const { members } of this.#groups.values()) yield* members;
  }

  #candidates(change: Change): Iterable<Group<Member>> {
    if (change.row === null) return this.#groups.values();
    if (this.#pinned.size === 0) return this.#others;
    const { row, old } = rowsOf(change);
    const found = new Set(this.#others);
    for (const [column, byValue] of this.#pinned) {
      for (const members of old ? [row, old] : [row]) {
        for (const group of byValue.get(pinValue(members.get(column))) ?? []) found.add(group);
      }
    }
    return found;
  }

  #placeOf(pin: Pin | undefined): Set<Group<Member>> {
    if (!pin) return this.#others;
    const byValue = this.#pinned.get(pin.column) ?? new Map<string, Set<Group<Member>>>();
    this.#pinned.set(pin.column, byValue);
    const groups = byValue.get(pin.value) ?? new Set();
    byValue.set(pin.value, groups);
    return groups;
  }

  #tidy(pin: Pin | undefined): void {
    if (!pin) return;
    const byValue = this.#pinned.get(pin.column);
    if (byValue?.get(pin.value)?.size !== 0) return;
    byValue.delete(pin.value);
    if (byValue.size === 0) this.#pinned.delete(pin.column);
  }
}
