import {
  decodeFrame,
  type Refusal,
  type SubscribeMessage,
} from '../../js/testing/dialects/native-messages.ts';
import type { Link } from '../../js/testing/link.ts';
import { Admission, type Auth } from './admission.ts';
import type { Change } from './change.ts';
import type { ChangeStream } from './change-stream.ts';
import type { FanOut } from './fan-out.ts';
import { Frame } from './frame.ts';
import { Subscription } from './subscription.ts';

const MAX_SUBSCRIPTIONS = 100;
const MAX_FRAME_CHARACTERS = 64 * 1024;

/** The way back to one client. */
export interface Channel extends Pick<Link, 'send' | 'abort' | 'countEvents'> {
  /** So much waits for the client to read it that nothing should be added. */
  congested(): boolean;
  /** Resolves with true when more may be sent, with false when the client has stopped reading. */
  drained(): Promise<boolean>;
  /** Ends the link for being too slow: 1013, or what its transport has for "try later". */
  cut(): void;
  /** Ends the link for the want of a good token: 4401, or what its transport has for that. */
  deny(reason: string): void;
}

/** Where the changes come from that a session tells. */
export interface Source {
  changes: ChangeStream;
  fanOut: FanOut;
}

/**
 * One connection's subscriptions, whatever the transport.
 *
 * Nothing is queued for a client that reads slowly: its subscriptions leave the live stream and
 * replay from their position, as if it had come back, when it has read what it was sent.
 */
export class Session {
  readonly #changes: ChangeStream;
  readonly #fanOut: FanOut;
  readonly #channel: Channel;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #admission: Admission | undefined;
  readonly #frame = new Frame();
  #nextSub = 1;

  /** `auth`: nothing is served before a token was shown. */
  constructor({ changes, fanOut }: Source, channel: Channel, auth?: Auth) {
    this.#changes = changes;
    this.#fanOut = fanOut;
    this.#channel = channel;
    this.#admission =
      auth &&
      new Admission(auth, {
        tell: (refusal) => this.refuse(refusal),
        deny: (reason) => channel.deny(reason),
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
      const goesOn = ({ since }: Subscription) => since?.epoch === this.#changes.epoch;
      if (group.some(goesOn)) await this.#changes.refresh();
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
    this.#admission?.close();
    for (const sub of [...this.#subscriptions.keys()]) this.#remove(sub);
  }

  #accept(message: SubscribeMessage): Subscription | undefined {
    const { ref } = message;
    const subscription = Subscription.of(String(this.#nextSub), message);
    if (!(subscription instanceof Subscription)) {
      this.refuse(subscription);
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
    this.#nextSub++;
    this.#subscriptions.set(subscription.sub, subscription);
    return subscription;
  }

  /** Says where each one starts, before any event of it. */
  async #welcome(group: readonly Subscription[]): Promise<void> {
    const resumable = new Map<Subscription, boolean>();
    for (const each of group) {
      const { since } = each;
      const isHere = since?.epoch === this.#changes.epoch && since.seq <= this.#changes.head;
      const isKept =
        isHere &&
        (this.#changes.recent(since.seq) !== undefined || (await this.#changes.keeps(since.seq)));
      resumable.set(each, isKept);
    }
    // Without a pause from here on, so the head cannot move between the answer and the start.
    const { epoch, head } = this.#changes;
    for (const each of group) {
      if (each.state === 'gone') continue;
      // An epoch that was replaced during the look above cannot be continued.
      const recovered = resumable.get(each) === true && each.since?.epoch === epoch;
      const seq = recovered && each.since ? each.since.seq : head;
      each.startAt(seq);
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
      if (this.#channel.congested() && !(await this.#channel.drained())) {
        this.#channel.cut();
        return;
      }
      const waiting = group.filter(({ state }) => state === 'replaying');
      if (waiting.length === 0) return;
      const from = Math.min(...waiting.map(({ seen }) => seen));
      const recent = this.#changes.recent(from);
      const changes = recent ?? (await this.#changes.stored(from));
      if (!changes || (!recent && changes.length === 0)) {
        // Trimmed away under our feet: the client must read a snapshot.
        for (const each of waiting) this.#reset(each);
        return;
      }
      const allSent = this.#send(changes, waiting);
      if (!allSent) continue;
      for (const each of waiting) each.seen = Math.max(each.seen, changes.at(-1)?.seq ?? 0);
      if (!recent) continue;
      // In the same turn: no change can fall between replay and live.
      for (const each of waiting) this.#goLive(each);
      return;
    }
  }

  /** Copies in the order of seq, until the client has enough for now: then false. */
  #send(changes: readonly Change[], group: readonly Subscription[]): boolean {
    const copies = group.flatMap((subscription) =>
      subscription.wanted(changes).map((change) => ({ subscription, change })),
    );
    if (group.length > 1) copies.sort((a, b) => a.change.seq - b.change.seq);
    for (const { subscription, change } of copies) {
      if (!this.#makeRoom(change)) {
        // Every copy before this change was sent, of each subscription. A burst may be too much at
        // once for anybody; who cannot take its replay at once either is slow.
        for (const each of group) {
          each.seen = Math.max(each.seen, change.seq - 1);
          each.merges = true;
        }
        return false;
      }
      // It may have ended while others were sent.
      if (subscription.state === 'replaying') this.#write(subscription, change);
    }
    this.flush();
    return true;
  }

  #goLive(subscription: Subscription): void {
    if (subscription.state === 'gone') return;
    const { entity, filterText, filter } = subscription;
    subscription.state = 'live';
    subscription.merges = false;
    subscription.leave = this.#fanOut.join(entity.table, filterText, filter, {
      take: (change) => this.#take(subscription, change),
      flush: () => this.flush(),
      abort: () => this.#channel.abort(),
    });
    if (!subscription.tellsEnd) return;
    subscription.tellsEnd = false;
    this.#channel.send(JSON.stringify({ op: 'caught_up', sub: subscription.sub }));
  }

  #take(subscription: Subscription, change: Change): void {
    if (subscription.state !== 'live') return;
    if (this.#makeRoom(change)) this.#write(subscription, change);
    else this.#fallBehind(change.seq - 1);
  }

  /** The client does not keep up: it goes on from `seen` when it has read what it was sent. */
  #fallBehind(seen: number): void {
    const live = [...this.#subscriptions.values()].filter(({ state }) => state === 'live');
    for (const each of live) {
      each.leave();
      each.state = 'replaying';
      each.seen = seen;
    }
    this.#replay(live).catch(() => this.#channel.abort());
  }

  #reset(subscription: Subscription): void {
    if (subscription.state === 'gone') return;
    subscription.startAt(this.#changes.head);
    this.#channel.send(JSON.stringify({ op: 'reset', sub: subscription.sub }));
    this.#goLive(subscription);
  }

  /** Before a copy of `change`: whether it may be sent. */
  #makeRoom(change: Change): boolean {
    // Never between two copies of one change: the frame's position holds for both.
    if (!this.#frame.isEmpty && this.#frame.lastSeq === change.seq) return true;
    if (this.#frame.size > MAX_FRAME_CHARACTERS) this.flush();
    return !this.#frame.isEmpty || !this.#channel.congested();
  }

  #write(subscription: Subscription, change: Change): void {
    this.#frame.add(subscription.copyOf(change, this.#changes.epoch), change.seq);
  }

  /** Sends the copies that were collected. */
  flush(): void {
    if (this.#frame.isEmpty) return;
    const { count, lastSeq } = this.#frame;
    this.#channel.send(this.#frame.take(), `${this.#changes.epoch}:${lastSeq}`);
    this.#channel.countEvents(count);
  }

  #remove(sub: string): void {
    const subscription = this.#subscriptions.get(sub);
    if (!subscription) return;
    subscription.state = 'gone';
    subscription.leave();
    this.#subscriptions.delete(sub);
  }
}
