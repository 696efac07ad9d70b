import type { Clock } from '../../core/clock.ts';
import { every } from '../every.ts';
import type { Change, Feed } from '../feed.ts';
import { delayUntil, type Link } from '../link.ts';
import { HEARTBEAT, type OpenStream } from './event-stream.ts';

/** What is sent of a change: nothing, a text, or an end, where there is no word for the change. */
export type Written = undefined | 'end' | { text: string; id?: string };

export interface LiveStreamOptions {
  write(change: Change): Written;
  heartbeatMs: number;
  /** What says nothing, but that the stream is alive. Default: a comment of an event stream. */
  heartbeat?: string;
  /** When its token runs out, in ms since the epoch. */
  expiresAt: number | undefined;
  clock: Clock;
}

const UNAUTHORIZED = 4401;
const SERVICE_RESTART = 1012;

/** One client that listens and never speaks. */
export class LiveStream implements OpenStream {
  readonly #link: Link;
  readonly #write: LiveStreamOptions['write'];
  readonly #leave: () => void;
  readonly #clock: Clock;
  readonly #stopHeartbeat: () => void;
  readonly #expiry: unknown;
  #ended = false;

  constructor(feed: Feed, link: Link, options: LiveStreamOptions) {
    const { write, heartbeatMs, heartbeat = HEARTBEAT, expiresAt, clock } = options;
    this.#link = link;
    this.#write = write;
    this.#clock = clock;
    this.#leave = feed.subscribe((changes) => this.send(changes));
    this.#stopHeartbeat = every(clock, heartbeatMs, () => link.send(heartbeat));
    if (expiresAt !== undefined) {
      const expire = () => this.#end(UNAUTHORIZED, 'the token has expired');
      this.#expiry = clock.setTimeout(expire, delayUntil(expiresAt, clock));
    }
  }

  send(changes: readonly Change[]): void {
    try {
      for (const change of changes) if (!this.#ended) this.#sendOne(change);
    } catch {
      // An event that could not be made would be a gap that nobody sees.
      this.abort();
    }
  }

  abort(): void {
    this.close();
    this.#link.abort();
  }

  close(): void {
    this.#ended = true;
    this.#leave();
    this.#stopHeartbeat();
    this.#clock.clearTimeout(this.#expiry);
  }

  #sendOne(change: Change): void {
    const written = this.#write(change);
    if (written === 'end') {
      this.#end(SERVICE_RESTART, 'a table was emptied');
    } else if (written) {
      this.#link.send(written.text, written.id);
      this.#link.countEvents(1);
    }
  }

  #end(code: number, reason: string): void {
    this.close();
    this.#link.close(code, reason);
  }
}
