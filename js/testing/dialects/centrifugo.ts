import type { Clock } from '../../core/clock.ts';
import { every } from '../every.ts';
import { delayUntil, type Link } from '../link.ts';
import {
  DISCONNECTS,
  type DisconnectName,
  ERRORS,
  type ErrorName,
  INSUFFICIENT_STATE,
} from './centrifugo-codes.ts';
import { type Command, decodeCommands, type SubscribeRequest } from './centrifugo-commands.ts';
import { CENTRIFUGO_DEFAULTS, type CentrifugoOptions } from './centrifugo-options.ts';
import type { ChannelStream, Publication } from './channel-stream.ts';
import { ChannelError, type ChannelStreams } from './channel-streams.ts';

export type { CentrifugoOptions };

const MAX_FRAME_CHARACTERS = 256 * 1024;

/** One connection that speaks Centrifugo's JSON protocol. */
export class CentrifugoConnection {
  readonly #streams: ChannelStreams;
  readonly #link: Link;
  readonly #options: Required<Omit<CentrifugoOptions, 'verify'>> &
    Pick<CentrifugoOptions, 'verify'>;
  readonly #client = crypto.randomUUID();
  /** How to leave each channel. */
  readonly #subscriptions = new Map<string, () => void>();
  #state: 'waiting' | 'connected' | 'ended' = 'waiting';
  #stopPings: () => void = () => {};
  #pongTimer: unknown;
  /** Of the first command, then of the token. */
  #endTimer: unknown;

  constructor(streams: ChannelStreams, link: Link, options: CentrifugoOptions = {}) {
    this.#streams = streams;
    this.#link = link;
    this.#options = { ...CENTRIFUGO_DEFAULTS, ...options };
    this.#endTimer = this.#clock.setTimeout(
      () => this.disconnect('stale'),
      this.#options.patienceMs,
    );
  }

  get #clock(): Clock {
    return this.#options.clock;
  }

  /** A frame from the client. */
  receive(text: string): void {
    if (this.#state === 'ended') return;
    if (text.length > this.#options.maxFrameCharacters) {
      this.disconnect('tooBig');
      return;
    }
    let commands: Command[];
    try {
      commands = decodeCommands(text);
    } catch (error) {
      this.disconnect('badRequest', (error as Error).message);
      return;
    }
    for (const command of commands) this.#handle(command);
  }

  disconnect(name: DisconnectName, why?: string): void {
    if (this.#state === 'ended') return;
    this.close();
    const { code, reason } = DISCONNECTS[name];
    this.#link.close(code, why === undefined ? reason : `${reason}: ${why}`);
  }

  /** The connection is gone. */
  close(): void {
    this.#state = 'ended';
    this.#stopPings();
    for (const timer of [this.#pongTimer, this.#endTimer]) this.#clock.clearTimeout(timer);
    for (const leave of this.#subscriptions.values()) leave();
    this.#subscriptions.clear();
  }

  #handle(command: Command): void {
    // A command before it may have ended the connection.
    if (this.#state === 'ended') return;
    if ((this.#state === 'waiting') !== (command.method === 'connect')) {
      this.disconnect('badRequest', 'connect comes first, and once');
      return;
    }
    switch (command.method) {
      case 'connect':
        this.#connect(command.id, command.token);
        return;
      case 'refresh':
        this.#refresh(command.id, command.token);
        return;
      case 'subscribe':
        this.#subscribe(command.id, command.request);
        return;
      case 'unsubscribe':
        this.#unsubscribe(command.channel);
        this.#reply(command.id, 'unsubscribe', {});
        return;
      case 'ping':
        this.#reply(command.id, 'ping', {});
        return;
      case 'pong':
        this.#clock.clearTimeout(this.#pongTimer);
        return;
      case 'send':
        return;
      case 'unknown':
        this.#fail(command.id, 'methodNotFound');
        return;
    }
  }

  #connect(id: number, token: string): void {
    const verdict = this.#options.verify?.(token);
    if (verdict?.kind === 'expired') {
      this.#fail(id, 'tokenExpired');
      return;
    }
    if (verdict && verdict.kind !== 'valid') {
      this.disconnect('invalidToken');
      return;
    }
    this.#state = 'connected';
    this.#clock.clearTimeout(this.#endTimer);
    const { pingMs, pong } = this.#options;
    const answer = { client: this.#client, version: '0.0.0', node: 'tidemark' };
    const liveness = { ping: Math.ceil(pingMs / 1000), pong };
    const expiry = verdict ? this.#watch(verdict.expiresAt) : {};
    this.#reply(id, 'connect', { ...answer, ...expiry, ...liveness, session: this.#client });
    this.#stopPings = every(this.#clock, pingMs, () => this.#ping());
  }

  #refresh(id: number, token: string): void {
    const verdict = this.#options.verify?.(token);
    if (verdict?.kind === 'expired') {
      this.disconnect('expired');
      return;
    }
    if (verdict && verdict.kind !== 'valid') {
      this.disconnect('invalidToken');
      return;
    }
    const expiry = verdict ? this.#watch(verdict.expiresAt) : {};
    this.#reply(id, 'refresh', { client: this.#client, version: '0.0.0', ...expiry });
  }

  /** What the client is told of its token, which ends the connection some time after its end. */
  #watch(expiresAt: number): { expires: true; ttl: number } {
    this.#clock.clearTimeout(this.#endTimer);
    const end = delayUntil(expiresAt + this.#options.expiredGraceMs, this.#clock);
    this.#endTimer = this.#clock.setTimeout(() => this.disconnect('expired'), end);
    return { expires: true, ttl: Math.max(1, Math.floor((expiresAt - this.#clock.now()) / 1000)) };
  }

  #ping(): void {
    this.#link.send('{}');
    if (!this.#options.pong) return;
    this.#clock.clearTimeout(this.#pongTimer);
    this.#pongTimer = this.#clock.setTimeout(
      () => this.disconnect('noPong'),
      this.#options.pongTimeoutMs,
    );
  }

  #subscribe(id: number, request: SubscribeRequest): void {
    const { channel, recover, rejectUnrecovered, recoverable, positioned } = request;
    if (this.#subscriptions.has(channel)) {
      this.#fail(id, 'alreadySubscribed');
      return;
    }
    if (this.#subscriptions.size >= this.#options.maxChannels) {
      this.#fail(id, 'limitExceeded');
      return;
    }
    let stream: ChannelStream;
    try {
      stream = this.#streams.open(channel);
    } catch (error) {
      if (!(error instanceof ChannelError)) {
        this.#fail(id, 'internal');
        return;
      }
      const isUnknown = error.kind === 'unknown';
      this.#fail(id, isUnknown ? 'unknownChannel' : 'badRequest', error.message);
      return;
    }
    const missed = recover ? this.#missed(stream, request) : undefined;
    if (recover && !missed && rejectUnrecovered) {
      this.#fail(id, 'unrecoverable');
      return;
    }
    // In the same turn as the look at what was missed: no change can fall between.
    const leave = stream.listen((publications) => this.#publish(channel, publications));
    this.#subscriptions.set(channel, leave);
    const { epoch, offset } = stream;
    const state = { recoverable, positioned: positioned || recoverable, epoch };
    const recovery = recover ? { was_recovering: true, recovered: missed !== undefined } : {};
    // The position that the publications beside it go on from.
    const start = missed ? request.offset : offset;
    const rest = missed?.length ? `,"publications":[${missed.map(pubText).join(',')}]` : '';
    const head = JSON.stringify({ ...state, offset: start, ...recovery });
    this.#link.send(`{"id":${id},"subscribe":${head.slice(0, -1)}${rest}}}`);
    this.#link.countEvents(missed?.length ?? 0);
  }

  #missed(stream: ChannelStream, { epoch, offset }: SubscribeRequest): Publication[] | undefined {
    const publications = stream.since(epoch, offset);
    const isTooMuch = (publications?.length ?? 0) > this.#options.maxRecovered;
    return isTooMuch ? undefined : publications;
  }

  #unsubscribe(channel: string): void {
    this.#subscriptions.get(channel)?.();
    this.#subscriptions.delete(channel);
  }

  #publish(channel: string, publications: readonly Publication[] | undefined): void {
    const name = JSON.stringify(channel);
    if (!publications) {
      this.#unsubscribe(channel);
      const unsubscribe = JSON.stringify(INSUFFICIENT_STATE);
      this.#link.send(`{"push":{"channel":${name},"unsubscribe":${unsubscribe}}}`);
      return;
    }
    let lines: string[] = [];
    let size = 0;
    for (const publication of publications) {
      const line = `{"push":{"channel":${name},"pub":${pubText(publication)}}}`;
      lines.push(line);
      size += line.length;
      if (size < MAX_FRAME_CHARACTERS) continue;
      this.#link.send(lines.join('\n'));
      lines = [];
      size = 0;
    }
    if (lines.length > 0) this.#link.send(lines.join('\n'));
    this.#link.countEvents(publications.length);
  }

  #reply(id: number, method: string, result: unknown): void {
    this.#link.send(JSON.stringify({ id, [method]: result }));
  }

  #fail(id: number, name: ErrorName, why?: string): void {
    const error = ERRORS[name];
    const message = why === undefined ? error.message : `${error.message}: ${why}`;
    this.#link.send(JSON.stringify({ id, error: { ...error, message } }));
  }
}

function pubText({ offset, data }: Publication): string {
  return `{"data":${data},"offset":${offset}}`;
}
