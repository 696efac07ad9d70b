import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Verdict } from '../../js/testing/link.ts';

const LIFETIME_MS = 15 * 60_000;
const MAX_TOKEN = 1024;

export type { Verdict };

export interface IssuedToken {
  token: string;
  /** In ms since the epoch. */
  expiresAt: number;
}

/**
 * Short-lived signed tokens: `<expiry>.<HMAC of it>`. Servers that share a key take each other's;
 * without one it is new with each start, so a restarted server refuses what the last one gave out,
 * as servers do that rotate their keys.
 */
export class Tokens {
  readonly #key: Buffer;
  readonly #lifetimeMs: number;

  constructor(lifetimeMs = LIFETIME_MS, key?: string) {
    this.#key = key ? Buffer.from(key) : randomBytes(32);
    this.#lifetimeMs = lifetimeMs;
  }

  issue(): IssuedToken {
    const expiresAt = Date.now() + this.#lifetimeMs;
    // Two tokens of one moment differ, so that a refreshed one is seen to be new.
    const claim = `${expiresAt}.${randomBytes(8).toString('base64url')}`;
    return { token: `${claim}.${this.#sign(claim).toString('base64url')}`, expiresAt };
  }

  verify(token: string): Verdict {
    const end = token.lastIndexOf('.');
    if (token.length > MAX_TOKEN || end < 0) return { kind: 'forged' };
    const claim = token.slice(0, end);
    const given = Buffer.from(token.slice(end + 1), 'base64url');
    const wanted = this.#sign(claim);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
      return { kind: 'forged' };
    }
    const expiresAt = Number(claim.slice(0, claim.indexOf('.')));
    return expiresAt > Date.now() ? { kind: 'valid', expiresAt } : { kind: 'expired' };
  }

  #sign(claim: string): Buffer {
    return createHmac('sha256', this.#key).update(claim).digest();
  }
}
