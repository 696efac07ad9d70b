import { type Change, type Feed, isRowChange } from '../feed.ts';
import type { Link } from '../link.ts';
import {
  type Address,
  decodeFrame,
  encodeFrame,
  type PhoenixMessage,
  type Version,
  versionOf,
} from './phoenix-frame.ts';
import { SupabaseChannel } from './supabase-channel.ts';
import { type Settings, type SupabaseOptions, settingsOf } from './supabase-options.ts';

export type { SupabaseOptions };

const TOPIC_PREFIX = 'realtime:';
const PROTOCOL_ERROR = 1002;
const NOT_CONSISTENT = 1007;
const TOO_BIG = 1009;

/** What the URL of the connection says. */
export interface SupabaseRequest {
  /** Absent: 1.0.0. */
  vsn: string | null;
  /** The token of joins that show none. */
  apikey: string | null;
}

/** One connection that speaks Supabase Realtime, over Phoenix channels: changes of tables only. */
export class SupabaseSocket {
  readonly settings: Settings;
  readonly #link: Link;
  readonly #version: Version | undefined;
  readonly #apikey: string;
  readonly #channels = new Map<string, SupabaseChannel>();
  readonly #leave: () => void;
  #joins: number[] = [];
  #ended = false;

  constructor(feed: Feed, link: Link, request: SupabaseRequest, options: SupabaseOptions = {}) {
    this.settings = settingsOf(options);
    this.#link = link;
    this.#version = versionOf(request.vsn);
    this.#apikey = request.apikey ?? '';
    this.#leave = feed.subscribe((changes) => this.#deliver(changes));
    if (!this.#version) this.#end(PROTOCOL_ERROR, 'vsn is 1.0.0 or 2.0.0');
  }

  /** A frame from the client. */
  receive(text: string): void {
    if (!this.#version || this.#ended) return;
    if (text.length > this.settings.maxFrameCharacters) {
      this.#end(TOO_BIG, 'the frame is too big');
      return;
    }
    let message: PhoenixMessage;
    try {
      message = decodeFrame(text, this.#version);
    } catch (error) {
      this.#end(NOT_CONSISTENT, (error as Error).message);
      return;
    }
    this.#handle(message);
  }

  /** The connection is gone. */
  close(): void {
    this.#ended = true;
    this.#leave();
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }

  send(address: Address, payload: string): void {
    if (this.#version) this.#link.send(encodeFrame(this.#version, address, payload));
  }

  countEvents(count: number): void {
    this.#link.countEvents(count);
  }

  forget(channel: SupabaseChannel): void {
    if (this.#channels.get(channel.topic) === channel) this.#channels.delete(channel.topic);
  }

  #end(code: number, reason: string): void {
    this.close();
    this.#link.close(code, reason);
  }

  #handle(message: PhoenixMessage): void {
    const { topic, event, joinRef } = message;
    if (topic === 'phoenix' && event === 'heartbeat') {
      this.#reply(message, 'ok', {});
    } else if (event === 'phx_join' && topic.startsWith(TOPIC_PREFIX)) {
      this.#join(message);
    } else {
      const channel = this.#channels.get(topic);
      if (!channel) this.#reply(message, 'error', { reason: 'unmatched topic' });
      // What was sent before a rejoin is for a channel that is closed.
      else if (joinRef === null || joinRef === channel.joinRef) channel.receive(message);
    }
  }

  #join(message: PhoenixMessage): void {
    const { topic } = message;
    // Joined again: the new one takes the place of the old.
    this.#channels.get(topic)?.end();
    const reason = this.#refusal(topic);
    if (reason !== undefined) {
      this.#reply(message, 'error', { reason });
      return;
    }
    const channel = new SupabaseChannel(this, message, this.#apikey);
    if (!channel.ended) this.#channels.set(topic, channel);
  }

  #refusal(topic: string): string | undefined {
    const { maxChannels, maxJoinsPerSecond, refuse } = this.settings;
    if (topic === TOPIC_PREFIX) return 'TopicNameRequired: You must provide a topic name';
    const now = this.settings.clock.now();
    this.#joins = this.#joins.filter((at) => now - at < 1000);
    if (this.#joins.length >= maxJoinsPerSecond) {
      return 'ClientJoinRateLimitReached: Too many joins per second';
    }
    this.#joins.push(now);
    if (this.#channels.size >= maxChannels) return 'ChannelRateLimitReached: Too many channels';
    return refuse(topic);
  }

  #reply({ joinRef, ref, topic }: PhoenixMessage, status: string, response: unknown): void {
    const address = { joinRef, ref, topic, event: 'phx_reply' };
    this.send(address, JSON.stringify({ status, response }));
  }

  // A truncate is told to nobody by this protocol.
  #deliver(changes: readonly Change[]): void {
    try {
      for (const change of changes.filter(isRowChange)) {
        for (const channel of this.#channels.values()) channel.deliver(change);
      }
    } catch {
      // A message that could not be made would be a gap that nobody sees.
      this.#link.abort();
    }
  }
}
