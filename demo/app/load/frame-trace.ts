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

  summary(): FrameSummary {
    const sorted = Float64Array.from(this.durations).sort();
    const count = sorted.length;
    const at = (share: number) => sorted[Math.min(count - 1, Math.floor(count * share))] ?? 0;
    const length = this.times.at(-1) ?? 0;
    return {
      count,
      p50: at(0.5),
      p95: at(0.95),
      max: at(1),
      rate: length > 0 ? (count * 1000) / length : 0,
    };
  }
}
