import { isAbort } from './callbacks.ts';
import type { Driver } from './driver.ts';
import type { EngineLike } from './driver-options.ts';

/** A request that is under way, and the view that it was made for. */
export interface Ticket {
  id: number | undefined;
  view: number | undefined;
  /** Whose numbers those are: the next core begins anew. */
  engine: EngineLike | undefined;
}

/** Tells the core when a view's rows are asked for, and what came of it. */
export class ViewRequests {
  readonly #driver: Driver;
  readonly #currentView: () => number | undefined;

  /** A request ends without effect when its view is not the current one any more. */
  constructor(driver: Driver, currentView: () => number | undefined) {
    this.#driver = driver;
    this.#currentView = currentView;
  }

  begin(): Ticket {
    const ticket: Ticket = { id: undefined, view: undefined, engine: undefined };
    // Inputs keep their order, so the number is there before any that ends it, core or no core.
    this.#driver.run((engine, now) => {
      ticket.engine = engine;
      ticket.view = this.#currentView();
      if (ticket.view !== undefined) ticket.id = engine.beginSnapshot(ticket.view, now);
    });
    return ticket;
  }

  /** `refuse` is told when the core takes the rows for none. */
  end(ticket: Ticket, text: string, refuse: (thrown: unknown) => void): void {
    this.#driver.run((engine, now) => {
      if (ticket.id === undefined || !this.#isCurrent(ticket, engine)) return;
      try {
        engine.endSnapshot(ticket.id, text, now);
      } catch (thrown) {
        if (isAbort(thrown)) throw thrown;
        refuse(thrown);
      }
    });
  }

  fail(ticket: Ticket): void {
    this.#driver.run((engine, now) => {
      if (ticket.id === undefined || !this.#isCurrent(ticket, engine)) return;
      engine.failSnapshot(ticket.id, 0, now);
    });
  }

  #isCurrent(ticket: Ticket, engine: EngineLike): boolean {
    return ticket.engine === engine && ticket.view === this.#currentView();
  }
}
