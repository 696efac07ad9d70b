import { isObject } from './is-object.ts';

/** Frames of Phoenix channels: objects in version 1.0.0, arrays in 2.0.0. */
export type Version = '1.0.0' | '2.0.0';

export interface PhoenixMessage {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: Record<string, unknown>;
}

/** Where a frame of the server belongs. */
export type Address = Omit<PhoenixMessage, 'payload'>;

const MAX_NAME = 256;

/** `vsn` of the URL; undefined: there is no such version. */
export function versionOf(vsn: string | null): Version | undefined {
  if (vsn === null || vsn === '1.0.0') return '1.0.0';
  return vsn === '2.0.0' ? vsn : undefined;
}

/** @throws Error, whose message says what is wrong */
export function decodeFrame(text: string, version: Version): PhoenixMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('the frame is not JSON');
  }
  if (!isObject(value)) throw new Error('the frame holds no message');
  const wanted = version === '2.0.0' ? 'array' : 'object';
  if (wanted !== (Array.isArray(value) ? 'array' : 'object')) {
    throw new Error(`a frame of version ${version} is an ${wanted}`);
  }
  const [joinRef, ref, topic, event, payload]: unknown[] = Array.isArray(value)
    ? value
    : [value.join_ref, value.ref, value.topic, value.event, value.payload];
  if (!isName(topic) || !isName(event)) throw new Error('a message needs a topic and an event');
  return {
    joinRef: refOf(joinRef),
    ref: refOf(ref),
    topic,
    event,
    payload: isObject(payload) && !Array.isArray(payload) ? payload : {},
  };
}

/** `payload` is JSON already. */
export function encodeFrame(version: Version, address: Address, payload: string): string {
  const { joinRef, ref, topic, event } = address;
  if (version === '2.0.0') {
    return `${JSON.stringify([joinRef, ref, topic, event]).slice(0, -1)},${payload}]`;
  }
  // Servers do not tell clients of this version for which join a message is.
  return `${JSON.stringify({ ref, topic, event }).slice(0, -1)},"payload":${payload}}`;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME;
}

// They are texts; a number is a hand-written client's.
function refOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return isName(value) ? value : null;
}
