import type { Refusal } from '../../js/testing/dialects/native-messages.ts';
import type { Tokens } from './tokens.ts';

/** Long after this a token would have been sent by anybody who has one. */
const PATIENCE_MS = 5_000;
const GRACE_MS = 5_000;
const LONGEST_TIMER = 0x7fffffff;

/** Whether clients must show a token, and how patient the server is with them. */
export interface AuthOptions {
  /** What tokens are signed with, the same on every node; without it a key of this server's own. */
  key?: string | undefined;
  /** How long a token holds. */
  lifetimeMs?: number | undefined;
  /** From the opening of a WebSocket to its token. */
  patienceMs?: number | undefined;
  /** From the end of a token to the end of its connection. */
  graceMs?: number | undefined;
}

/** What an admission needs of its connection. */
export interface Gate {
  tell(refusal: Refusal): void;
  /** Ends it for the want of a good token. */
  deny(reason: string): void;
}

export type Auth = AuthOptions & { tokens: Tokens };

/** Whether one connection may be served, and for how long yet. */
export class Admission {
  readonly #auth: Auth;
  readonly #gate: Gate;
  #state: 'waiting' | 'admitted' | 'ended' = 'waiting';
  #timer: NodeJS.Timeout | undefined;

  constructor(auth: Auth, gate: Gate) {
    this.#auth = auth;
    this.#gate = gate;
    this.#after(auth.patienceMs ?? PATIENCE_MS, () => this.deny('no token'));
  }

  get state(): 'waiting' | 'admitted' | 'ended' {
    return this.#state;
  }

  /** A client shows its token, the first or a new one. */
  present(token: string): void {
    if (this.#state === 'ended') return;
    const verdict = this.#auth.tokens.verify(token);
    if (verdict.kind === 'valid') {
      this.#state = 'admitted';
      this.#after(verdict.expiresAt - Date.now(), () => this.#expire());
      return;
    }
    const code = verdict.kind === 'expired' ? 'token_expired' : 'unauthorized';
    if (this.#state === 'waiting') this.deny(code);
    // Its other token holds for as long as it did.
    else this.#gate.tell({ code, message: 'this token cannot be used' });
  }

  deny(reason: string): void {
    if (this.#state === 'ended') return;
    this.close();
    this.#gate.deny(reason);
  }

  /** The connection is gone. */
  close(): void {
    this.#state = 'ended';
    clearTimeout(this.#timer);
  }

  // It is served on: the client is about to send a new token, and would lose events otherwise.
  #expire(): void {
    this.#after(this.#auth.graceMs ?? GRACE_MS, () => this.deny('token_expired'));
    this.#gate.tell({ code: 'token_expired', message: 'send a new token' });
  }

  #after(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, Math.min(Math.max(0, ms), LONGEST_TIMER));
  }
}
