import type {
  Position,
  Refusal,
  SubscribeMessage,
} from '../../js/testing/dialects/native-messages.ts';
import { isRowChange } from '../../js/testing/feed.ts';
import { type Change, eventText } from './change.ts';
import { type Entity, findEntity } from './entities.ts';
import { Filter, FilterError } from './filter.ts';
import { concerns, rowIdOf } from './interests.ts';

/**
 * - joining: not answered yet
 * - replaying: changes after `seen` are read from where they are kept, as fast as they can be sent
 * - live: told of each change as it comes
 */
export type SubscriptionState = 'joining' | 'replaying' | 'live' | 'gone';

/** What one client wants of one entity, and where in the stream it is. */
export class Subscription {
  readonly sub: string;
  readonly ref: string | number;
  readonly entity: Entity;
  readonly filter: Filter;
  /** What the filter was made of. */
  readonly filterText: string;
  readonly since: Position | undefined;
  state: SubscriptionState = 'joining';
  /** While it replays: every change up to here was looked at. */
  seen = 0;
  /** seq of the copy sent last: the next one's `prev`. */
  lastSeq = 0;
  /** The client was promised to hear of the end of its replay. */
  tellsEnd = false;
  /** The client does not keep up: of several copies for one row it gets the newest. */
  merges = false;
  /** How the live stream is left. */
  leave: () => void = () => {};
  /** As the client called the entity. */
  readonly #name: string;

  private constructor(sub: string, message: SubscribeMessage, entity: Entity, filter: Filter) {
    this.sub = sub;
    this.ref = message.ref;
    this.entity = entity;
    this.filter = filter;
    this.filterText = message.filter;
    this.since = message.since;
    this.#name = message.entity;
  }

  static of(sub: string, message: SubscribeMessage): Subscription | Refusal {
    const { ref, entity: name, filter } = message;
    const entity = findEntity(name);
    if (!entity) return { code: 'unknown_entity', message: `no entity '${name}'`, ref };
    try {
      return new Subscription(sub, message, entity, Filter.parse(entity, filter));
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      return { code: 'bad_filter', message: error.message, ref };
    }
  }

  startAt(seq: number): void {
    this.seen = seq;
    this.lastSeq = seq;
  }

  /** Those of `changes` that are to be sent, while it replays. */
  wanted(changes: readonly Change[]): Change[] {
    const wanted = changes.filter(
      (change) =>
        change.seq > this.seen &&
        change.table === this.entity.table &&
        concerns(this.filter, change),
    );
    return this.merges ? newestOfEachRow(wanted, this.entity.idColumn) : wanted;
  }

  /** The copy of a change that it wants, as JSON. */
  copyOf(change: Change, epoch: string): string {
    const { sub, lastSeq: prev } = this;
    this.seen = change.seq;
    if (!isRowChange(change)) return JSON.stringify({ op: 'reset', sub });
    this.lastSeq = change.seq;
    return eventText(change, { epoch, entity: this.#name, sub, prev });
  }
}

/**
 * A row's newest state says all that the ones before it said: `prev` goes from copy to copy, so the
 * chain holds. What carries a mutation id is somebody's answer, and stays.
 */
function newestOfEachRow(changes: readonly Change[], idColumn: string): Change[] {
  const newest = new Map<string, Change>();
  for (const change of changes) newest.set(rowIdOf(change, idColumn), change);
  return changes.filter(
    (change) =>
      change.row === null ||
      change.mutation !== null ||
      newest.get(rowIdOf(change, idColumn)) === change,
  );
}
