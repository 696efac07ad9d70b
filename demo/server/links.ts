export type Transport = 'websocket' | 'sse';

/** One open connection, as the rest of the server sees it. */
export interface Link {
  transport: Transport;
  /** `?client=` of its URL. */
  client: string;
  /** Bytes that it was sent and that are still in this process. */
  waiting(): number;
  /** Ends it without a goodbye, as a broken network does. */
  terminate(): void;
  /** Ends it politely: the server goes, or lost its history. */
  end(reason: 'going_away' | 'restart'): void;
}

/** Every open connection, and what was sent. */
export class Links {
  /** Called when one opens. */
  onOpen: (link: Link) => void = () => {};
  readonly #links = new Set<Link>();
  eventsSent = 0;
  /** Clients that were sent away because they read too slowly. */
  cut = 0;

  add(link: Link): () => void {
    this.#links.add(link);
    this.onOpen(link);
    return () => this.#links.delete(link);
  }

  countOf(transport: Transport): number {
    return [...this.#links].filter((link) => link.transport === transport).length;
  }

  /** Bytes that wait in this process for all of them. */
  waiting(): number {
    let bytes = 0;
    for (const link of this.#links) bytes += link.waiting();
    return bytes;
  }

  terminate(which: (link: Link) => boolean): number {
    const found = [...this.#links].filter(which);
    for (const link of found) link.terminate();
    return found.length;
  }

  endAll(reason: 'going_away' | 'restart'): void {
    for (const link of [...this.#links]) link.end(reason);
  }
}
