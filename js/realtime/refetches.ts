import type { Query } from '@tanstack/react-query';

/** When one query is asked again: after the request under way, and not while nobody looks at it. */
export class Refetches {
  readonly #query: () => Query | undefined;
  #inFlight = 0;
  #again = false;
  /** It was wanted while nobody looked. */
  #owed = false;
  #closed = false;

  constructor(query: () => Query | undefined) {
    this.#query = query;
  }

  /** A request leaves. */
  begin(): void {
    this.#owed = false;
    this.#inFlight++;
  }

  /** Its answer came, or none will. */
  end(): void {
    this.#inFlight--;
    if (this.#inFlight === 0 && this.#again) this.#later();
  }

  /** Somebody looks at it now. */
  observed(): void {
    // Later, because the query may be about to fetch on its own.
    if (this.#owed) setTimeout(() => this.#owed && this.now(), 0);
  }

  /** At once, or after the request under way, whose answer will not do. */
  want(): void {
    if (this.#inFlight === 0 && this.#query()?.state.fetchStatus !== 'fetching') this.now();
    else this.wantLater();
  }

  /** At once, unless the request under way answers it. */
  wantAny(): void {
    if (this.#inFlight === 0) this.want();
  }

  /** After the request under way, or soon. */
  wantLater(): void {
    if (this.#inFlight > 0) this.#again = true;
    else this.#later();
  }

  #later(): void {
    this.#again = false;
    // By then the query has stored what it fetched; before, this would join that same fetch.
    setTimeout(() => this.now(), 0);
  }

  now(): void {
    if (this.#closed) return;
    const query = this.#query();
    this.#owed = !query?.isActive();
    // `refetchQueries` would leave out a query of `staleTime: 'static'`, whose rows follow too.
    if (query && !this.#owed) query.fetch(undefined, { cancelRefetch: false }).catch(() => {});
  }

  close(): void {
    this.#closed = true;
  }
}
