import { type Clock, systemClock } from '../../core/clock.ts';
import { eventText } from '../event.ts';
import { type Change, type Feed, isRowChange } from '../feed.ts';
import { delayUntil, type Link, type VerifyToken } from '../link.ts';
import { anyTables, type Tables } from '../tables.ts';
import { decodeFrame, type Ref, type Refusal, type SubscribeMessage } from './native-messages.ts';

export interface NativeOptions {
  tables?: Tables;
  /** Absent: nobody needs a token. */
  verify?: VerifyToken | undefined;
  clock?: Clock;
  /** From the opening of a WebSocket to its token. */
  patienceMs?: number;
  /** From the end of a token to the end of its connection. */
  graceMs?: number;
  maxSubscriptions?: number;
}

const UNAUTHORIZED = 4401;

interface Subscription {
  sub: string;
  ref: Ref;
  /** As the client called it. */
  entity: string;
  table: string;
  matches: (row: string) => boolean;
  /** seq of the copy sent last: the next one's `prev`. */
  last: number;
}

type Token = 'awaited' | 'good' | 'ended';

/** One connection that speaks docs/protocol.md, over whatever carries it. */
export class NativeConnection {
  readonly #feed: Feed;
  readonly #link: Link;
  readonly #options: Required<Omit<NativeOptions, 'verify'>> & Pick<NativeOptions, 'verify'>;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #leave: () => void;
  #token: Token = 'good';
  #timer: unknown;
  #nextSub = 1;

  constructor(feed: Feed, link: Link, options: NativeOptions = {}) {
    this.#feed = feed;
    this.#link = link;
    this.#options = {
      tables: anyTables,
      clock: systemClock,
      patienceMs: 5_000,
      graceMs: 5_000,
      maxSubscriptions: 100,
      ...options,
    };
    this.#leave = feed.subscribe((changes) => this.#deliver(changes));
    if (!options.verify) return;
    this.#token = 'awaited';
    this.#after(this.#options.patienceMs, () => this.#deny('no token'));
  }

  /** A frame from the client. */
  receive(text: string): void {
    for (const decoded of decodeFrame(text)) {
      if (this.#token === 'ended') return;
      const message = 'message' in decoded ? decoded.message : undefined;
      if (message?.op === 'auth') this.present(message.token);
      else if (this.#token === 'awaited') this.#deny('unauthorized');
      else if ('refusal' in decoded) this.refuse(decoded.refusal);
      else if (message?.op === 'subscribe') this.subscribe(message);
      else if (message?.op === 'unsubscribe') this.#subscriptions.delete(message.sub);
      else if (message?.op === 'ping') this.pong(message.ref);
    }
  }

  /** The client's token, the first or a new one. */
  present(token: string): void {
    const verdict = this.#options.verify?.(token);
    if (!verdict) return;
    if (verdict.kind === 'valid') {
      this.#token = 'good';
      this.#after(delayUntil(verdict.expiresAt, this.#options.clock), () => this.#expire());
      return;
    }
    const code = verdict.kind === 'expired' ? 'token_expired' : 'unauthorized';
    if (this.#token === 'awaited') this.#deny(code);
    // Its other token holds for as long as it did.
    else this.refuse({ code, message: 'this token cannot be used' });
  }

  subscribe(message: SubscribeMessage): void {
    const { ref, since } = message;
    const accepted = this.#accept(message);
    if ('code' in accepted) {
      this.refuse({ ...accepted, ref });
      return;
    }
    const { epoch, head } = this.#feed;
    const isHere = since?.epoch === epoch && since.seq <= head;
    const missed = isHere ? this.#feed.recent(since.seq) : undefined;
    const recovered = missed !== undefined;
    const seq = recovered && since ? since.seq : head;
    const sub = String(this.#nextSub++);
    const subscription = { ...accepted, sub, ref, last: seq };
    this.#subscriptions.set(sub, subscription);
    const replaying = missed && missed.length > 0 ? true : undefined;
    this.#tell({ op: 'subscribed', ref, sub, epoch, seq, recovered, replaying });
    this.#send(this.#copies(missed ?? [], [subscription]));
    if (replaying) this.#tell({ op: 'caught_up', sub });
  }

  #accept({
    ref,
    entity,
    filter,
  }: SubscribeMessage): Refusal | Pick<Subscription, 'entity' | 'table' | 'matches'> {
    const { tables, maxSubscriptions } = this.#options;
    const table = tables.table(entity);
    if (table === undefined) return { code: 'unknown_entity', message: `no entity '${entity}'` };
    if (this.#subscriptions.size >= maxSubscriptions) {
      const message = `at most ${maxSubscriptions} subscriptions a connection`;
      return { code: 'too_many_subscriptions', message };
    }
    if ([...this.#subscriptions.values()].some((other) => other.ref === ref)) {
      return { code: 'malformed', message: 'the ref is in use' };
    }
    try {
      return { entity, table, matches: filter === '' ? () => true : tables.matches(table, filter) };
    } catch (error) {
      return { code: 'bad_filter', message: (error as Error).message };
    }
  }

  refuse({ code, message, ref }: Refusal): void {
    this.#tell({ op: 'error', code, message, ref });
  }

  pong(ref?: Ref): void {
    // An own-property map: a sub is our number, never a name like __proto__.
    const positions = Object.fromEntries(
      Array.from(this.#subscriptions.values(), ({ sub, last }) => [sub, last]),
    );
    this.#tell({ op: 'pong', ref, positions });
  }

  /** The connection is gone. */
  close(): void {
    this.#token = 'ended';
    this.#leave();
    this.#options.clock.clearTimeout(this.#timer);
    this.#subscriptions.clear();
  }

  #deny(reason: string): void {
    this.close();
    this.#link.close(UNAUTHORIZED, reason);
  }

  // It is served on: the client is about to send a new token, and would lose events otherwise.
  #expire(): void {
    this.#after(this.#options.graceMs, () => this.#deny('token_expired'));
    this.refuse({ code: 'token_expired', message: 'send a new token' });
  }

  #after(ms: number, then: () => void): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = this.#options.clock.setTimeout(then, ms);
  }

  #deliver(changes: readonly Change[]): void {
    try {
      this.#send(this.#copies(changes, [...this.#subscriptions.values()]));
    } catch {
      // A copy that could not be made would be a gap that nobody sees.
      this.close();
      this.#link.abort();
    }
  }

  #copies(changes: readonly Change[], targets: readonly Subscription[]): Copy[] {
    return changes.flatMap((change) =>
      targets.flatMap((target): Copy[] => {
        const text = this.#copyFor(target, change);
        return text === undefined ? [] : [{ text, seq: change.seq }];
      }),
    );
  }

  #copyFor(target: Subscription, change: Change): string | undefined {
    const { sub, entity, table, matches, last } = target;
    if (change.table !== table) return undefined;
    if (!isRowChange(change)) return JSON.stringify({ op: 'reset', sub });
    if (!matches(change.row) && !(change.old !== null && matches(change.old))) return undefined;
    target.last = change.seq;
    const { epoch } = this.#feed;
    const mutation = change.mutation ?? undefined;
    return eventText(
      change,
      { epoch, entity },
      { sub, epoch, seq: change.seq, prev: last, mutation },
    );
  }

  /** One frame. */
  #send(copies: readonly Copy[]): void {
    const last = copies.at(-1);
    if (!last) return;
    const text = copies.length === 1 ? last.text : `[${copies.map((copy) => copy.text).join(',')}]`;
    this.#link.send(text, `${this.#feed.epoch}:${last.seq}`);
    this.#link.countEvents(copies.length);
  }

  #tell(message: Record<string, unknown>): void {
    this.#link.send(JSON.stringify(message));
  }
}

interface Copy {
  text: string;
  seq: number;
}
