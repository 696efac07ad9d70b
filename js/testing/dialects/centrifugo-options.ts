import { type Clock, systemClock } from '../../core/clock.ts';
import type { VerifyToken } from '../link.ts';

export interface CentrifugoOptions {
  /** Absent: nobody needs a token. */
  verify?: VerifyToken | undefined;
  /** Between two pings of the server. Clients are told whole seconds. */
  pingMs?: number;
  /** Whether clients answer pings, and how long that may take. */
  pong?: boolean;
  pongTimeoutMs?: number;
  /** From the end of a token to the end of its connection. */
  expiredGraceMs?: number;
  /** From the opening of a connection to its first command. */
  patienceMs?: number;
  maxChannels?: number;
  /** More than this is not brought up to date change by change. */
  maxRecovered?: number;
  maxFrameCharacters?: number;
  clock?: Clock;
}

export const CENTRIFUGO_DEFAULTS = {
  verify: undefined,
  pingMs: 25_000,
  pong: true,
  pongTimeoutMs: 8_000,
  expiredGraceMs: 25_000,
  patienceMs: 15_000,
  maxChannels: 128,
  maxRecovered: 300,
  maxFrameCharacters: 64 * 1024,
  clock: systemClock,
};
