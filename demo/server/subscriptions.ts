import {
  decodeFrame,
  type Position,
  type Refusal,
  type SubscribeMessage,
} from '../../js/testing/dialects/native-messages.ts';
import { isRowChange } from '../../js/testing/feed.ts';
import type { Link } from '../../js/testing/link.ts';
import { Admission, type Auth } from './admission.ts';
import { type Change, eventText } from './change.ts';
import { findEntity } from './entities.ts';
import { Filter, FilterError } from './filter.ts';
import type { Outbox } from './outbox.ts';

const MAX_SUBSCRIPTIONS = 100;
const MAX_FRAME_CHARACTERS = 256 * 1024;

/** The way back to one client. */
export interface Channel extends Pick<Link, 'send' | 'abort' | 'countEvents'> {
  /** Resolves when more may be sent without piling up. */
  drained(): Promise<void>;
  /** Ends the link for the want of a good token: 4401, or what its transport has for that. */
  deny(reason: string): void;
}

interface Subscription {
  sub: string;
  ref: string | number;
  /** As the client called it. */
  entity: string;
  table: string;
  filter: Filter;
  since: Position | undefined;
  /** Every change up to here was looked at. */
  seen: number;
  /** seq of the copy sent last: the next one's `prev`. */
  lastSeq: number;
  state: 'joining' | 'replaying' | 'live' | 'gone';
  /** The client was promised to hear of the end of its replay. */
  tellsEnd: boolean;
}

/** One connection's subscriptions, whatever the transport. */
export class Session {
  readonly #outbox: Outbox;
  readonly #channel: Channel;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #leave: () => void;
  readonly #admission: Admission | undefined;
  #nextSub = 1;

  /** `auth`: nothing is served before a token was shown. */
  constructor(outbox: Outbox, channel: Channel, auth?: Auth) {
    this.#outbox = outbox;
    this.#channel = channel;
    this.#admission =
      auth &&
      new Admission(auth, {
        tell: (refusal) => this.refuse(refusal),
        deny: (reason) => channel.deny(reason),
      });
    this.#leave = outbox.subscribe((changes) => {
      try {
        this.#deliver(changes, 'live');
      } catch {
        // A copy that could not be made would be a gap that nobody sees; a new link resumes.
        channel.abort();
      }
    });
  }

  /** A frame from the client. */
  receive(text: string): void {
    for (const decoded of decodeFrame(text)) {
      if ('message' in decoded && decoded.message.op === 'auth') {
        this.present(decoded.message.token);
        continue;
      }
      if (this.#admission && this.#admission.state !== 'admitted') {
        this.#admission.deny('unauthorized');
        return;
      }
      if ('refusal' in decoded) this.refuse(decoded.refusal);
      else if (decoded.message.op === 'subscribe') void this.subscribe([decoded.message]);
      else if (decoded.message.op === 'unsubscribe') this.#remove(decoded.message.sub);
      else if (decoded.message.op === 'ping') this.pong(decoded.message.ref);
    }
  }

  /** Shows the client's token; of no effect where none is asked for. */
  present(token: string): void {
    this.#admission?.present(token);
  }

  refuse({ code, message, ref }: Refusal): void {
    this.#channel.send(JSON.stringify({ op: 'error', code, message, ref }));
  }

  pong(ref?: string | number): void {
    // An own-property map: a sub is our number, never a name like __proto__.
    const positions: Record<string, number> = {};
    for (const { sub, lastSeq, state } of this.#subscriptions.values()) {
      if (state === 'live' || state === 'replaying') positions[sub] = lastSeq;
    }
    this.#channel.send(JSON.stringify({ op: 'pong', ref, positions }));
  }

  /**
   * Subscriptions that were asked for together are replayed together, in the order of seq:
   * over SSE one `Last-Event-ID` then says for all of them what has arrived.
   */
  async subscribe(messages: readonly SubscribeMessage[]): Promise<void> {
    const group = messages.flatMap((message) => this.#accept(message) ?? []);
    try {
      // Who goes on is told that nothing is missing. So this has to be known: the client may come
      // from a server that is ahead, and this one may have slept since it last looked.
      const goesOn = ({ since }: Subscription) => since?.epoch === this.#outbox.epoch;
      if (group.some(goesOn)) await this.#outbox.refresh();
      await this.#welcome(group);
      await this.#replay(group);
    } catch (error) {
      for (const { sub, ref } of group.filter(({ state }) => state !== 'live')) {
        this.#remove(sub);
        this.refuse({ code: 'internal', message: `cannot subscribe: ${String(error)}`, ref });
      }
    }
  }

  close(): void {
    this.#leave();
    this.#admission?.close();
    for (const sub of [...this.#subscriptions.keys()]) this.#remove(sub);
  }

  #accept(message: SubscribeMessage): Subscription | undefined {
    const { ref, entity: name, filter: text, since } = message;
    const entity = findEntity(name);
    if (!entity) {
      this.refuse({ code: 'unknown_entity', message: `no entity '${name}'`, ref });
      return undefined;
    }
    if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) {
      const message = `at most ${MAX_SUBSCRIPTIONS} subscriptions a connection`;
      this.refuse({ code: 'too_many_subscriptions', message, ref });
      return undefined;
    }
    if ([...this.#subscriptions.values()].some((other) => other.ref === ref)) {
      this.refuse({ code: 'malformed', message: 'the ref is in use', ref });
      return undefined;
    }
    let filter: Filter;
    try {
      filter = Filter.parse(entity, text);
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      this.refuse({ code: 'bad_filter', message: error.message, ref });
      return undefined;
    }
    const sub = String(this.#nextSub++);
    const { table } = entity;
    const at = { seen: 0, lastSeq: 0, state: 'joining' as const, tellsEnd: false };
    const subscription = { sub, ref, entity: name, table, filter, since, ...at };
    this.#subscriptions.set(sub, subscription);
    return subscription;
  }

  /** Says where each one starts, before any event of it. */
  async #welcome(group: readonly Subscription[]): Promise<void> {
    const resumable = new Map<Subscription, boolean>();
    for (const each of group) {
      const { since } = each;
      const isHere = since?.epoch === this.#outbox.epoch && since.seq <= this.#outbox.head;
      const isKept =
        isHere &&
        (this.#outbox.recent(since.seq) !== undefined ||
          (await this.#outbox.stored(since.seq)) !== undefined);
      resumable.set(each, isKept);
    }
    // Without a pause from here on, so the head cannot move between the answer and the start.
    const { epoch, head } = this.#outbox;
    for (const each of group) {
      if (each.state === 'gone') continue;
      // An epoch that was replaced during the look above cannot be continued.
      const recovered = resumable.get(each) === true && each.since?.epoch === epoch;
      const seq = recovered && each.since ? each.since.seq : head;
      each.seen = seq;
      each.lastSeq = seq;
      each.state = 'replaying';
      // Where nothing is to be replayed it is complete already.
      each.tellsEnd = recovered && seq < head;
      const { ref, sub } = each;
      const replaying = each.tellsEnd || undefined;
      const answer = { op: 'subscribed', ref, sub, epoch, seq, recovered, replaying };
      this.#channel.send(JSON.stringify(answer));
    }
  }

  async #replay(group: readonly Subscription[]): Promise<void> {
    for (;;) {
      const waiting = group.filter(({ state }) => state === 'replaying');
      if (waiting.length === 0) return;
      const from = Math.min(...waiting.map(({ seen }) => seen));
      const recent = this.#outbox.recent(from);
      if (recent) {
        this.#deliver(recent, 'replaying');
        // In the same turn: no change can fall between replay and live.
        for (const each of waiting) this.#goLive(each);
        return;
      }
      const stored = await this.#outbox.stored(from);
      if (!stored || stored.length === 0) {
        // Trimmed away under our feet: the client must read a snapshot.
        for (const each of waiting) this.#reset(each);
        return;
      }
      this.#deliver(stored, 'replaying');
      for (const each of waiting) each.seen = Math.max(each.seen, stored.at(-1)?.seq ?? 0);
      await this.#channel.drained();
    }
  }

  #goLive(subscription: Subscription): void {
    subscription.state = 'live';
    if (!subscription.tellsEnd) return;
    subscription.tellsEnd = false;
    this.#channel.send(JSON.stringify({ op: 'caught_up', sub: subscription.sub }));
  }

  #reset(subscription: Subscription): void {
    if (subscription.state === 'gone') return;
    subscription.seen = this.#outbox.head;
    subscription.lastSeq = subscription.seen;
    this.#channel.send(JSON.stringify({ op: 'reset', sub: subscription.sub }));
    this.#goLive(subscription);
  }

  /** Copies for every subscription in that state, in as few frames as fit. */
  #deliver(changes: readonly Change[], state: 'live' | 'replaying'): void {
    const targets = [...this.#subscriptions.values()].filter((each) => each.state === state);
    if (targets.length === 0) return;
    let frame: string[] = [];
    let size = 0;
    let events = 0;
    let lastSeq = 0;
    const flush = () => {
      if (frame.length === 0) return;
      const text = frame.length === 1 ? (frame[0] as string) : `[${frame.join(',')}]`;
      this.#channel.send(text, `${this.#outbox.epoch}:${lastSeq}`);
      frame = [];
      size = 0;
    };
    for (const change of changes) {
      for (const target of targets) {
        const text = this.#copyFor(target, change);
        if (text === undefined) continue;
        frame.push(text);
        size += text.length;
        events++;
        lastSeq = change.seq;
      }
      // Never between two copies of one change: the frame's position holds for both.
      if (size > MAX_FRAME_CHARACTERS) flush();
    }
    flush();
    this.#channel.countEvents(events);
  }

  #copyFor(target: Subscription, change: Change): string | undefined {
    if (change.seq <= target.seen) return undefined;
    target.seen = change.seq;
    if (change.table !== target.table) return undefined;
    const { sub, entity, filter, lastSeq: prev } = target;
    if (!isRowChange(change)) return JSON.stringify({ op: 'reset', sub });
    const concerns =
      filter.matches(change.row) || (change.old !== null && filter.matches(change.old));
    if (!concerns) return undefined;
    target.lastSeq = change.seq;
    return eventText(change, { epoch: this.#outbox.epoch, entity, sub, prev });
  }

  #remove(sub: string): void {
    const subscription = this.#subscriptions.get(sub);
    if (subscription) subscription.state = 'gone';
    this.#subscriptions.delete(sub);
  }
}
