import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Action, Change } from '../change.ts';

/** A change on its way through NATS: what is short in headers, the rows as they are behind them. */
export interface Message {
  headers: MsgHdrs;
  payload: string;
}

const SEQ = 'Tidemark-Seq';
const TABLE = 'Tidemark-Table';
const ACTION = 'Tidemark-Action';
const MUTATION = 'Tidemark-Mutation';
const AT = 'Tidemark-At';

/** `maxBytes`: what the server takes. A change that is larger tells to read the table again. */
export function messageOf(change: Change, maxBytes: number): Message {
  const { seq, table, mutation, committedAt } = change;
  // Row texts hold no line ends, as JSON escapes them.
  const payload = `${change.row ?? ''}\n${change.old ?? ''}`;
  // Headers count too.
  const fits = Buffer.byteLength(payload) + 1024 <= maxBytes;
  const all = headers();
  all.set(SEQ, String(seq));
  all.set(TABLE, table);
  all.set(ACTION, fits ? change.action : 'truncate');
  all.set(AT, committedAt);
  if (mutation !== null) all.set(MUTATION, encodeURIComponent(mutation));
  return { headers: all, payload: fits ? payload : '\n' };
}

/** `seq` is the message's place in its stream. @throws Error for what is no change */
export function changeOf(seq: number, all: MsgHdrs | undefined, payload: string): Change {
  const table = all?.get(TABLE);
  if (!all || !table) throw new Error(`message ${seq} of the stream is no change`);
  const [row = '', old = ''] = payload.split('\n');
  const mutation = all.get(MUTATION);
  return {
    seq,
    table,
    action: all.get(ACTION) as Action,
    row: row === '' ? null : row,
    old: old === '' ? null : old,
    mutation: mutation === '' ? null : decodeURIComponent(mutation),
    committedAt: all.get(AT),
  };
}

/** The seq that the change had in the outbox. */
export function outboxSeqOf(all: MsgHdrs | undefined): number {
  return Number(all?.get(SEQ) ?? 0);
}
