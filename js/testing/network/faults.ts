/** What becomes of one frame on its way to a client. */
export type Fate = 'pass' | 'drop' | 'repeat' | 'spoil' | 'hold';

/** What an HTTP request is answered instead. */
export interface Refusal {
  status: number;
  headers?: Record<string, string>;
}

/** What the network needs to know of the connections to spoil them. */
export interface Breakable {
  /** Without a goodbye. */
  cut(): void;
  close(code: number, reason: string): void;
  /** Something that held it up may have ended. */
  goOn(): void;
  /** Arrives as it is, whoever speaks at the server. */
  inject(text: string): void;
}

/** What is wrong between a server and its clients; all of them share it. */
export class Faults {
  readonly #connections: ReadonlySet<Breakable>;
  /** Of the next frames. */
  #fates: Fate[] = [];
  #delayMs = 0;
  #frozen = false;
  #refused = false;
  #refusal: Refusal | undefined;

  constructor(connections: ReadonlySet<Breakable>) {
    this.#connections = connections;
  }

  /** As `delay` set it. */
  get delayMs(): number {
    return this.#delayMs;
  }
  /** Between `freeze` and `thaw`. */
  get frozen(): boolean {
    return this.#frozen;
  }
  /** As `refuse` set it. */
  get refused(): boolean {
    return this.#refused;
  }
  /** As `answer` set it: a status, and headers. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** Every connection breaks, without a goodbye; what was under way is lost. */
  cut(): void {
    for (const each of [...this.#connections]) each.cut();
  }

  /** The server ends every connection with a goodbye. */
  hangUp(code = 1012, reason = ''): void {
    for (const each of [...this.#connections]) each.close(code, reason);
  }

  /** Nobody gets through from now on, as without a network; who is connected stays so. */
  refuse(on = true): void {
    this.#refused = on;
  }

  /** Connections stay open and carry nothing, as over a dead mobile link, until `thaw`. */
  freeze(): void {
    this.#frozen = true;
  }

  /** All that was held up arrives. */
  thaw(): void {
    this.#frozen = false;
    for (const each of [...this.#connections]) each.goOn();
  }

  /** How long everything takes from now on, each way (ms). */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** What HTTP requests are answered, and upgrades refused with; undefined: as they should be. */
  answer(status: number | undefined, headers: Record<string, string> = {}): void {
    this.#refusal = status === undefined ? undefined : { status, headers };
  }

  /** The next frames never arrive. */
  drop(count = 1): void {
    this.#next('drop', count);
  }

  /** The next frames arrive twice. */
  repeat(count = 1): void {
    this.#next('repeat', count);
  }

  /** Half of each of the next frames arrives. */
  spoil(count = 1): void {
    this.#next('spoil', count);
  }

  /** The next frames are kept until there are `count`, and arrive the last one first. */
  reorder(count = 2): void {
    this.#next('hold', count - 1);
    this.#next('pass', 1);
  }

  /** Every client gets this, a frame or a piece of a stream's body, as if the server had sent it. */
  inject(text: string): void {
    for (const each of [...this.#connections]) each.inject(text);
  }

  /** @internal Of the frame that is about to leave. */
  fate(): Fate {
    return this.#fates.shift() ?? 'pass';
  }

  #next(fate: Fate, count: number): void {
    for (let i = 0; i < count; i++) this.#fates.push(fate);
  }
}
