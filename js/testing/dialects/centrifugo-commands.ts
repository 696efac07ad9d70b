import { isObject } from './is-object.ts';

/** What a client may ask for. */
export type Command =
  | { method: 'connect' | 'refresh'; id: number; token: string }
  | { method: 'subscribe'; id: number; request: SubscribeRequest }
  | { method: 'unsubscribe'; id: number; channel: string }
  | { method: 'ping'; id: number }
  | { method: 'pong' }
  /** Sent without waiting for an answer. */
  | { method: 'send' }
  | { method: 'unknown'; id: number };

export interface SubscribeRequest {
  channel: string;
  recover: boolean;
  recoverable: boolean;
  positioned: boolean;
  offset: number;
  epoch: string;
  /** An error is wanted in place of a subscription that could not be recovered. */
  rejectUnrecovered: boolean;
}

const MAX_COMMANDS = 1000;
const MAX_CHANNEL = 4096;
const REJECT_UNRECOVERED = 2;

/** The commands of a frame, one a line. @throws Error, whose message says what is wrong */
export function decodeCommands(text: string): Command[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > MAX_COMMANDS) throw new Error('too many commands');
  return lines.map((line) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new Error('a command is not JSON');
    }
    if (!isObject(value) || Array.isArray(value)) throw new Error('a command is a JSON object');
    return decodeCommand(value);
  });
}

function decodeCommand(value: Record<string, unknown>): Command {
  const { id = 0 } = value;
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 0xffffffff) {
    throw new Error('an id is a whole number');
  }
  const request = (name: string): Record<string, unknown> | undefined => {
    const part = value[name];
    if (part === undefined || part === null) return undefined;
    if (!isObject(part) || Array.isArray(part)) throw new Error(`${name} is a JSON object`);
    return part;
  };
  if (request('send')) return { method: 'send' };
  if (id === 0) {
    if (Object.keys(value).length === 0) return { method: 'pong' };
    throw new Error('a command needs an id');
  }
  for (const method of ['connect', 'refresh'] as const) {
    const part = request(method);
    if (part) return { method, id, token: textOf(part.token, 'token') };
  }
  const subscribe = request('subscribe');
  if (subscribe) return { method: 'subscribe', id, request: decodeSubscribe(subscribe) };
  const unsubscribe = request('unsubscribe');
  if (unsubscribe) return { method: 'unsubscribe', id, channel: channelOf(unsubscribe.channel) };
  return request('ping') ? { method: 'ping', id } : { method: 'unknown', id };
}

function decodeSubscribe(part: Record<string, unknown>): SubscribeRequest {
  const { offset = 0, flag = 0 } = part;
  if (!Number.isSafeInteger(offset) || (offset as number) < 0) {
    throw new Error('an offset is a whole number');
  }
  return {
    channel: channelOf(part.channel),
    recover: part.recover === true,
    recoverable: part.recoverable === true,
    positioned: part.positioned === true,
    offset: offset as number,
    epoch: textOf(part.epoch, 'epoch'),
    rejectUnrecovered: typeof flag === 'number' && (flag & REJECT_UNRECOVERED) !== 0,
  };
}

function channelOf(value: unknown): string {
  const channel = textOf(value, 'channel');
  if (channel === '' || channel.length > MAX_CHANNEL) throw new Error('a channel has a name');
  return channel;
}

function textOf(value: unknown, name: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new Error(`${name} is a text`);
  return value;
}
