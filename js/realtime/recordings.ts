import type { Recorder } from '../core/recorder.ts';
import type { RecorderHandle } from '../core/recording.ts';
import { asTidemarkError, type Report } from './callbacks.ts';

/** What is recorded of a driver's cores: a recording begins with a core, and ends with it. */
export class Recordings {
  readonly #report: Report;
  #next: Promise<Recorder> | undefined;
  #current: Promise<Recorder> | undefined;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Whether there is one, also one that has ended. */
  get exist(): boolean {
    return Boolean(this.#next || this.#current);
  }

  /** One of the core that is loaded next. */
  begin(recorder: Promise<Recorder>): RecorderHandle {
    this.#next = recorder;
    recorder.catch((thrown: unknown) => this.#report(asTidemarkError('record_failed', thrown)));
    return {
      stop: () => void recorder.then((each) => each.stop()).catch(() => {}),
      recording: () => recorder.then((each) => each.recording()),
    };
  }

  /** The same engine, which was just loaded; its inputs noted when that was asked for. */
  async listenTo<T extends object>(engine: T): Promise<T> {
    const recorder = this.#next;
    if (!recorder) return engine;
    this.#current = recorder;
    this.#next = undefined;
    const started = await recorder.catch(() => undefined);
    return started ? started.listenTo(engine) : engine;
  }

  /** The core is gone. */
  end(): void {
    for (const each of [this.#next, this.#current]) {
      void each?.then((recorder) => recorder.stop()).catch(() => {});
    }
    this.#current ??= this.#next;
    this.#next = undefined;
  }
}
