import { type ReactNode, useEffect, useRef } from 'react';
import { contestants } from './contestant.ts';
import type { FrameTrace } from './frame-trace.ts';
import type { ContestantId, Lab } from './lab.ts';

/** Where lines stand across the chart, in ms. */
const MARKS = [16.7, 50, 200, 1000] as const;
const LEAST_MS = 8;
const MOST_MS = 2000;

/** From 0, at the bottom, to 1: a frame that takes twice as long stands so much higher. */
const heightOf = (ms: number): number =>
  Math.min(1, Math.max(0, Math.log(ms / LEAST_MS) / Math.log(MOST_MS / LEAST_MS)));

/** Paints the traces; only what is new with each frame, so as not to be what is measured. */
class TracePainter {
  readonly #context: CanvasRenderingContext2D;
  readonly #lengthMs: number;
  readonly #colors: ReadonlyMap<string, string>;
  #openMs = 0;

  constructor(canvas: HTMLCanvasElement, lengthMs: number) {
    const ratio = Math.min(2, window.devicePixelRatio);
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    this.#context = canvas.getContext('2d') as CanvasRenderingContext2D;
    this.#context.lineWidth = 1.5 * ratio;
    this.#context.lineJoin = 'round';
    this.#lengthMs = lengthMs;
    const style = getComputedStyle(canvas);
    const names = ['grid', ...contestants.map(({ id }) => id)];
    this.#colors = new Map(names.map((name) => [name, style.getPropertyValue(`--trace-${name}`)]));
  }

  paintAll(traces: ReadonlyMap<ContestantId, FrameTrace>): void {
    const { width, height } = this.#context.canvas;
    this.#openMs = 0;
    this.#context.clearRect(0, 0, width, height);
    this.#use('grid');
    for (const ms of MARKS) this.#line([0, this.#y(ms)], [width, this.#y(ms)]);
    for (const [id, trace] of traces) {
      for (let index = 0; index < trace.times.length; index++) this.paintFrame(id, trace, index);
    }
  }

  paintFrame(id: ContestantId, { times, durations }: FrameTrace, index: number): void {
    const [time, ms] = [times[index], durations[index]];
    if (time === undefined || ms === undefined) return;
    this.#use(id);
    const from =
      index > 0
        ? this.#place(times[index - 1] ?? 0, durations[index - 1] ?? ms)
        : this.#place(0, ms);
    this.#line(from, this.#place(time, ms));
  }

  /** The frame after the last one has taken `ms` so far. */
  paintOpenFrame(id: ContestantId, trace: FrameTrace, ms: number): void {
    this.#use(id);
    const at = trace.lengthMs;
    const from = this.#openMs || (trace.durations.at(-1) ?? 0);
    this.#line(this.#place(at + this.#openMs, from), this.#place(at + ms, ms));
    this.#openMs = ms;
  }

  /** A frame that was painted while it was open has to be painted over. */
  get hasOpenFrame(): boolean {
    return this.#openMs > 0;
  }

  #place(at: number, took: number): [number, number] {
    return [(at / this.#lengthMs) * this.#context.canvas.width, this.#y(took)];
  }

  #use(name: string): void {
    this.#context.strokeStyle = this.#colors.get(name) ?? 'gray';
  }

  #line(from: [number, number], to: [number, number]): void {
    this.#context.beginPath();
    this.#context.moveTo(...from);
    this.#context.lineTo(...to);
    this.#context.stroke();
  }

  #y(ms: number): number {
    return (1 - heightOf(ms)) * this.#context.canvas.height;
  }
}

export interface TraceChartProps {
  lab: Lab;
  /** Of the time axis. */
  lengthMs: number;
  /** What it shows, in words. */
  children: ReactNode;
}

/** How long each frame took, of all contestants over one another. The figures are in a table. */
export function TraceChart({ lab, lengthMs, children }: TraceChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    let painter = new TracePainter(element, lengthMs);
    const paintAnew = () => {
      painter = new TracePainter(element, lengthMs);
      painter.paintAll(lab.traces);
    };
    lab.onFrame = (id) => {
      const trace = id && lab.traces.get(id);
      if (painter.hasOpenFrame) painter.paintAll(lab.traces);
      else if (id && trace) painter.paintFrame(id, trace, trace.times.length - 1);
      else paintAnew();
    };
    lab.onOpenFrame = (id, ms) => {
      const trace = lab.traces.get(id);
      if (trace) painter.paintOpenFrame(id, trace, ms);
    };
    const resized = new ResizeObserver(paintAnew);
    resized.observe(element);
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', paintAnew);
    return () => {
      lab.onFrame = () => {};
      lab.onOpenFrame = () => {};
      resized.disconnect();
      scheme.removeEventListener('change', paintAnew);
    };
  }, [lab, lengthMs]);
  return (
    <figure className="chart">
      <div className="plot" aria-hidden="true">
        <canvas ref={canvas} />
        {MARKS.map((ms) => (
          <span key={ms} style={{ bottom: `${heightOf(ms) * 100}%` }}>
            {ms} ms
          </span>
        ))}
      </div>
      <figcaption>{children}</figcaption>
    </figure>
  );
}
