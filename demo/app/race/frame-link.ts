import type { Contestant } from '../load/contestant.ts';
import { Lab, type Outcome } from '../load/lab.ts';
import type { Order, Report } from './messages.ts';

type Told<R extends Report['report']> = Extract<Report, { report: R }>;

/** The page's side of a contestant's frame. */
export class FrameLink {
  readonly contestant: Contestant;
  readonly lab = new Lab();
  /** When the frame last told of an animation frame, in ms as of `performance.now()`. */
  heardAt = 0;
  #port: MessagePort | undefined;
  /** What the frame still tells of a run that was ended here is of no interest. */
  #isEnded = false;
  readonly #waiting = new Set<(report: Report) => void>();

  constructor(contestant: Contestant) {
    this.contestant = contestant;
  }

  get isOver(): boolean {
    return this.outcome?.phase === 'over' || this.outcome?.phase === 'failed';
  }

  get outcome(): Outcome | undefined {
    return this.lab.outcomes().get(this.contestant.id);
  }

  /** Resolves once what is in the frame answers; a frame that shows an error page never does. */
  async open(frame: HTMLIFrameElement): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    this.close();
    this.#port = port1;
    const answered = this.heard('open');
    port1.onmessage = ({ data }: MessageEvent<Report>) => this.#take(data);
    frame.contentWindow?.postMessage('port', new URL(frame.src).origin, [port2]);
    await answered;
  }

  close(): void {
    this.#port?.close();
    this.#port = undefined;
  }

  order(order: Order): void {
    if (order.order === 'load') this.#isEnded = false;
    this.#port?.postMessage(order);
  }

  /** Resolves with the next report of that kind. */
  heard<R extends Report['report']>(kind: R): Promise<Told<R>> {
    return this.#first((report): report is Told<R> => report.report === kind);
  }

  /** Resolves once it has come so far, or has failed. */
  async reaches(phase: Outcome['phase']): Promise<void> {
    const isThere = (outcome?: Outcome) => outcome?.phase === phase || outcome?.phase === 'failed';
    if (isThere(this.outcome)) return;
    await this.#first(
      (report): report is Told<'outcome'> => report.report === 'outcome' && isThere(report.outcome),
    );
  }

  /** Ends its run without a result. */
  fail(problem: string): void {
    this.order({ order: 'clear' });
    const outcome: Outcome = { phase: 'failed', frames: undefined, end: undefined, problem };
    this.#take({ report: 'outcome', outcome });
    this.#isEnded = true;
  }

  #first<R extends Report>(isWanted: (report: Report) => report is R): Promise<R> {
    return new Promise((resolve) => {
      const look = (report: Report) => {
        if (!isWanted(report)) return;
        this.#waiting.delete(look);
        resolve(report);
      };
      this.#waiting.add(look);
    });
  }

  #take(report: Report): void {
    const { id } = this.contestant;
    const isOfRun = report.report === 'outcome' || report.report === 'frame';
    if (this.#isEnded && isOfRun) return;
    if (report.report === 'outcome') {
      this.lab.become(id, report.outcome);
    } else if (report.report === 'frame') {
      this.heardAt = performance.now();
      this.lab.frame(id, report.now);
    }
    for (const look of this.#waiting) look(report);
  }
}
