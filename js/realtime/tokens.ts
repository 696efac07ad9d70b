import { TidemarkError } from '../core/errors.ts';
import type { Report } from './callbacks.ts';

/**
 * Returns the token to show to the server, or null for none. `refresh`: the server refused
 * the last one, so a cached one will not do.
 */
export type GetToken = (request: { refresh: boolean }) => string | null | Promise<string | null>;

/** Where answers go. */
export interface TokenListener {
  /** Empty for none. */
  ready(link: number, token: string): void;
  failed(link: number): void;
}

/**
 * Asks the user for tokens, one question a link. An answer for a link that is gone, or was
 * asked for anew, is dropped: it may be older than one that came meanwhile. How long to
 * wait is the core's to say. What goes wrong is told without a word of the token.
 */
export class Tokens {
  readonly #getToken: GetToken | undefined;
  readonly #listener: TokenListener;
  readonly #report: Report;
  readonly #questions = new Map<number, object>();

  constructor(getToken: GetToken | undefined, listener: TokenListener, report: Report) {
    this.#getToken = getToken;
    this.#listener = listener;
    this.#report = report;
  }

  async ask(link: number, refresh: boolean): Promise<void> {
    const question = {};
    this.#questions.set(link, question);
    const isWanted = (): boolean => this.#questions.get(link) === question;
    let token: string | null | undefined;
    try {
      token = await this.#getToken?.({ refresh });
      if (typeof (token ?? '') !== 'string') throw new TypeError('it gave no text');
    } catch (cause) {
      if (!isWanted()) return;
      this.forget(link);
      this.#report(new TidemarkError('token_failed', 'getToken gave no token', { cause }));
      return this.#listener.failed(link);
    }
    if (!isWanted()) return;
    this.forget(link);
    this.#listener.ready(link, token ?? '');
  }

  /** The link is gone. */
  forget(link: number): void {
    this.#questions.delete(link);
  }
}
