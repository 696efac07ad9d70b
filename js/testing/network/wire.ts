import type { Clock } from '../../core/clock.ts';
import type { Link } from '../link.ts';
import type { Breakable, Faults } from './faults.ts';
import { Pipe } from './pipe.ts';

/** Where a connection ends at the client. */
export interface ClientEnd {
  receive(text: string): void;
  /** Once, and nothing after it. `code` 1006: without a goodbye. */
  closed(code: number, reason: string): void;
}

/** Where it ends at the server. */
export interface ServerEnd {
  receive(text: string): void;
  close(): void;
}

const ABNORMAL = 1006;

/** One connection, in memory, and what happens to it on the way. */
export class Wire implements Breakable {
  /** What the server has of it. */
  readonly link: Link;
  readonly #faults: Faults;
  readonly #down: Pipe;
  readonly #up: Pipe;
  readonly #client: ClientEnd;
  readonly #all: Set<Breakable>;
  #server: ServerEnd | undefined;
  #held: string[] = [];
  #open = true;

  constructor(all: Set<Breakable>, faults: Faults, clock: Clock, client: ClientEnd) {
    this.#all = all;
    this.#faults = faults;
    this.#client = client;
    this.#down = new Pipe(faults, clock);
    this.#up = new Pipe(faults, clock);
    this.link = {
      send: (text) => this.#send(text),
      close: (code, reason) => this.close(code, reason),
      abort: () => this.cut(),
      countEvents: () => {},
    };
    all.add(this);
  }

  /** `answer` is asked, once the way there is gone, who speaks at the server; nobody refuses. */
  open(answer: (link: Link) => ServerEnd | undefined, opened: () => void): void {
    this.#up.put(() => {
      if (!this.#open) return;
      // Before whatever the server says first.
      this.#down.put(opened);
      this.#server = this.#faults.refused ? undefined : answer(this.link);
      if (!this.#server) this.cut();
    });
  }

  /** From the client. */
  toServer(text: string): void {
    this.#up.put(() => this.#server?.receive(text));
  }

  /** The client says goodbye. */
  leave(code: number, reason: string): void {
    this.#up.put(() => this.#end());
    this.#down.put(() => this.#tell(code, reason));
  }

  /** The server says goodbye. */
  close(code: number, reason: string): void {
    this.#server?.close();
    this.#server = undefined;
    this.#down.put(() => {
      this.#end();
      this.#tell(code, reason);
    });
  }

  cut(): void {
    this.#down.clear();
    this.#up.clear();
    this.#end();
    queueMicrotask(() => this.#tell(ABNORMAL, ''));
  }

  goOn(): void {
    this.#down.goOn();
    this.#up.goOn();
  }

  inject(text: string): void {
    this.#down.put(() => this.#open && this.#client.receive(text));
  }

  #send(text: string): void {
    const fate = this.#faults.fate();
    if (fate === 'drop') return;
    if (fate === 'hold') {
      this.#held.push(text);
      return;
    }
    const whole = fate === 'spoil' ? text.slice(0, text.length / 2) : text;
    const frames = [whole, ...(fate === 'repeat' ? [whole] : []), ...this.#held.reverse()];
    this.#held = [];
    for (const frame of frames) this.#down.put(() => this.#open && this.#client.receive(frame));
  }

  #end(): void {
    this.#all.delete(this);
    this.#server?.close();
    this.#server = undefined;
  }

  #tell(code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#client.closed(code, reason);
  }
}
