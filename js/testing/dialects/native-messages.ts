/** What a client may say (docs/protocol.md, "Client to server"). */
export type Ref = string | number;

export interface Position {
  epoch: string;
  seq: number;
}

export interface SubscribeMessage {
  op: 'subscribe';
  ref: Ref;
  entity: string;
  filter: string;
  since: Position | undefined;
}

export type ClientMessage =
  | SubscribeMessage
  | { op: 'unsubscribe'; sub: string }
  | { op: 'auth'; token: string }
  | { op: 'ping'; ref: Ref | undefined };

export type ErrorCode =
  | 'malformed'
  | 'unknown_op'
  | 'unknown_entity'
  | 'bad_filter'
  | 'too_many_subscriptions'
  | 'unauthorized'
  | 'token_expired'
  | 'internal';

export interface Refusal {
  code: ErrorCode;
  message: string;
  ref?: Ref | undefined;
}

export type Decoded = { message: ClientMessage } | { refusal: Refusal };

const MAX_NAME = 256;
const MAX_FILTER = 16_384;

/** One message or an array of them. Whatever arrives, nothing is thrown. */
export function decodeFrame(text: string): Decoded[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [malformed('the frame is not JSON')];
  }
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map((each) => decodeMessage(each));
}

/** `assumedOp` is for a place where only one kind of message can stand. */
export function decodeMessage(value: unknown, assumedOp?: 'subscribe'): Decoded {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return malformed('a message is a JSON object');
  }
  const fields = value as Record<string, unknown>;
  const ref = isRef(fields.ref) ? fields.ref : undefined;
  const op = assumedOp ?? fields.op;
  switch (op) {
    case 'subscribe':
      return decodeSubscribe(fields, ref);
    case 'unsubscribe':
      if (!isName(fields.sub)) return malformed('unsubscribe needs a sub', ref);
      return { message: { op, sub: fields.sub } };
    case 'auth':
      if (typeof fields.token !== 'string') return malformed('auth needs a token', ref);
      return { message: { op, token: fields.token } };
    case 'ping':
      return { message: { op, ref } };
    default:
      if (typeof op !== 'string') return malformed('a message needs an op', ref);
      return {
        refusal: { code: 'unknown_op', message: `unknown op '${op.slice(0, 64)}'`, ref },
      };
  }
}

function decodeSubscribe(fields: Record<string, unknown>, ref: Ref | undefined): Decoded {
  const { entity, filter = '', since } = fields;
  if (ref === undefined) return malformed('subscribe needs a ref');
  if (!isName(entity)) return malformed('subscribe needs an entity', ref);
  if (filter !== null && (typeof filter !== 'string' || filter.length > MAX_FILTER)) {
    return malformed('filter must be a text of at most 16384 characters', ref);
  }
  const position = since === undefined || since === null ? undefined : positionOf(since);
  if (position === null) return malformed('since needs an epoch and a seq', ref);
  return { message: { op: 'subscribe', ref, entity, filter: filter ?? '', since: position } };
}

function positionOf(value: unknown): Position | null {
  if (typeof value !== 'object' || value === null) return null;
  const { epoch, seq } = value as Record<string, unknown>;
  if (!isName(epoch) || !Number.isSafeInteger(seq) || (seq as number) < 0) return null;
  return { epoch, seq: seq as number };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME;
}

function isRef(value: unknown): value is Ref {
  return isName(value) || (typeof value === 'number' && Number.isFinite(value));
}

function malformed(message: string, ref?: Ref): Decoded {
  return { refusal: { code: 'malformed', message, ref } };
}
