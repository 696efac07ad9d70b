/** What is said of many frames, in ms. */
export interface FrameSummary {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  /** Frames a second. */
  readonly rate: number;
}

/** How long each frame of a run took: the time from one animation frame to the next. */
export class FrameTrace {
  /** In ms since the first. */
  readonly times: number[] = [];
  /** In ms. */
  readonly durations: number[] = [];
  #first: number | undefined;
  #last = 0;

  /** What `add` was given last. */
  get last(): number {
    return this.#last;
  }

  /** `now`: what `requestAnimationFrame` gives. */
  add(now: number): void {
    if (this.#first === undefined) {
      this.#first = now;
    } else {
      this.times.push(now - this.#first);
      this.durations.push(now - this.#last);
    }
    this.#last = now;
  }

  /** In ms, from the first frame to the last. */
  get lengthMs(): number {
    return this.times.at(-1) ?? 0;
  }

  /** How many frames came in the second before `at`, in ms since the first. */
  countBefore(at: number): number {
    return this.times.filter((time) => time > at - 1000 && time <= at).length;
  }

  summary(): FrameSummary {
    const sorted = Float64Array.from(this.durations).sort();
    const count = sorted.length;
    const at = (share: number) => sorted[Math.min(count - 1, Math.floor(count * share))] ?? 0;
    const length = this.lengthMs;
    return {
      count,
      p50: at(0.5),
      p95: at(0.95),
      max: at(1),
      rate: length > 0 ? (count * 1000) / length : 0,
    };
  }
}
