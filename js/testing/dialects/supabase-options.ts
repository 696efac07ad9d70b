import { type Clock, systemClock } from '../../core/clock.ts';
import type { Verdict, VerifyToken } from '../link.ts';
import { anyTables, type Tables } from '../tables.ts';

export interface SupabaseOptions {
  tables?: Tables;
  /** The one schema there is. */
  schema?: string;
  /** Absent: nobody needs a token. */
  verify?: VerifyToken | undefined;
  /** From the answer to a join to the stream: what is written meanwhile is not sent. */
  readyDelayMs?: number;
  /** Deleted rows are told by their primary key alone. */
  rowSecurity?: boolean;
  /** With `key`, as Postgres has it by default, rows as they were are known by their key alone. */
  replicaIdentity?: 'full' | 'key';
  /** A record that is larger arrives without its larger values. */
  maxRecordBytes?: number;
  maxChannels?: number;
  maxJoinsPerSecond?: number;
  maxFrameCharacters?: number;
  clock?: Clock;
  /** Refuses a join on purpose: `Code: message`. */
  refuse?: (topic: string) => string | undefined;
}

export type Settings = Required<Omit<SupabaseOptions, 'verify'>> & Pick<SupabaseOptions, 'verify'>;

export function settingsOf(options: SupabaseOptions): Settings {
  return {
    tables: anyTables,
    schema: 'public',
    verify: undefined,
    readyDelayMs: 0,
    rowSecurity: false,
    replicaIdentity: 'full',
    maxRecordBytes: 1024 * 1024,
    maxChannels: 100,
    maxJoinsPerSecond: 100,
    maxFrameCharacters: 256 * 1024,
    clock: systemClock,
    refuse: () => undefined,
    ...options,
  };
}

/** Why a token is refused: with its code in the answer to a join, without it later. */
export const TOKEN_TROUBLE: Record<
  Exclude<Verdict['kind'], 'valid'>,
  { code: string; message: string }
> = {
  expired: { code: 'InvalidJWTToken', message: 'Token has expired' },
  forged: { code: 'JwtSignatureError', message: 'Failed to validate JWT signature' },
  malformed: { code: 'MalformedJWT', message: 'The token provided is not a valid JWT' },
};
