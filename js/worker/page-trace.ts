import type { TracedEvent, TraceReport } from '../core/trace.ts';

const lastNumber = (report: TraceReport | null): number => report?.entries.at(-1)?.number ?? 0;

/**
 * What a page sees of the trace of a core that it shares: the events since it began to look,
 * numbered from 1, as if nobody else looked.
 */
export class PageTrace {
  /** How many events it wants noted; 0 while it does not look. */
  entries = 0;
  /** What is taken off the core's revisions and numbers to have the page's. */
  #revision = 0;
  #number = 0;

  /** From here on. `noted`: all that the core has noted before. */
  begin(entries: number, noted: TraceReport | null): void {
    this.entries = entries;
    this.#revision = noted?.revision ?? 0;
    this.#number = lastNumber(noted);
  }

  /** The core begins another trace; the page goes on counting. `noted`: all of the one before. */
  goOn(noted: TraceReport | null): void {
    this.#revision -= noted?.revision ?? 0;
    this.#number -= lastNumber(noted);
  }

  /** The revision of the core that the page means by its own. */
  inCore(revision: number): number {
    return revision + this.#revision;
  }

  /** A report of the core in the page's numbers, without what was noted before it looked. */
  ofPage({ revision, entries }: TraceReport): TraceReport {
    const since = entries.filter(({ number }) => number > this.#number);
    const own = (event: TracedEvent) => ({ ...event, number: event.number - this.#number });
    return { revision: revision - this.#revision, entries: since.slice(-this.entries).map(own) };
  }
}
