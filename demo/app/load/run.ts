import type { Contestant } from './contestant.ts';
import { differences, type Gauge, newestVersion } from './gauges.ts';
import type { Lab, RunEnd } from './lab.ts';

/** What comes before the changes, and before the reading of the whole table. */
export type Gate = (to: 'running' | 'checking') => Promise<unknown>;

export interface RunOptions {
  contestant: Contestant;
  lab: Lab;
  /** In ms. */
  lengthMs: number;
  /** Those that are shown at this moment. */
  rows: () => readonly Gauge[];
  /** Called once it could go on to these phases; it does when that resolves. */
  gate: Gate;
  /** Called once a frame with the ms since the first. */
  onFrame: (elapsed: number) => void;
  /** Hears no more changes. */
  leave: () => void;
  signal: AbortSignal;
}

const SUMMARY_MS = 500;
/** What reading 100,000 rows has left to do is no part of the run. */
const REST_MS = 1000;
/** For the writer's last statement, which is on its way when its time is over. */
const LAST_WRITE_MS = 300;
const LOOK_MS = 50;
const PATIENCE_MS = 15_000;

/** Scrolls and measures under the changes, then compares what is shown with the table. */
export async function performRun(options: RunOptions): Promise<void> {
  const { contestant, lab, rows, signal } = options;
  const { id } = contestant;
  await pause(REST_MS);
  if (signal.aborted) return;
  await options.gate('running');
  if (signal.aborted) return;
  lab.become(id, { phase: 'running' });
  await measureFrames(options);
  if (signal.aborted) return;
  const frames = lab.traces.get(id)?.summary();
  lab.become(id, { phase: 'settling', frames });
  const lateMs = await untilShown(rows, signal);
  if (signal.aborted) return;
  // Who is that late is busy with what it has heard, and would never come to the comparison.
  if (lateMs === null) options.leave();
  await options.gate('checking');
  if (signal.aborted) return;
  lab.become(id, { phase: 'checking' });
  const end: RunEnd = { lateMs, rows: rows().length, differing: await differences(rows()) };
  lab.become(id, { phase: 'over', end });
}

function measureFrames({ contestant, lab, lengthMs, onFrame, signal }: RunOptions): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    let told = 0;
    const next = (now: number) => {
      first ??= now;
      const elapsed = now - first;
      if (signal.aborted) return resolve();
      // Also the one that the end falls into, however long it was.
      lab.frame(contestant.id, now);
      if (elapsed >= lengthMs) return resolve();
      requestAnimationFrame(next);
      onFrame(elapsed);
      if (elapsed - told < SUMMARY_MS) return;
      told = elapsed;
      lab.become(contestant.id, { frames: lab.traces.get(contestant.id)?.summary() });
    };
    requestAnimationFrame(next);
  });
}

/** Resolves with how long it took from now, in ms, until the last change was shown; null: too long. */
async function untilShown(
  rows: () => readonly Gauge[],
  signal: AbortSignal,
): Promise<number | null> {
  const from = performance.now();
  let seen = rows();
  let shown = newestOf(seen);
  let since = from;
  const look = () => {
    if (rows() === seen) return;
    seen = rows();
    const newest = newestOf(seen);
    if (newest === shown) return;
    shown = newest;
    since = performance.now();
  };
  // Meanwhile too: a busy server takes its time to say which one is the last.
  const looking = setInterval(look, LOOK_MS);
  try {
    await pause(LAST_WRITE_MS);
    const newest = await newestVersion();
    for (look(); shown < newest; look()) {
      if (signal.aborted || performance.now() - from > PATIENCE_MS) return null;
      await pause(LOOK_MS);
    }
    return since - from;
  } finally {
    clearInterval(looking);
  }
}

const newestOf = (rows: readonly Gauge[]): number =>
  rows.reduce((newest, { version }) => Math.max(newest, version), 0);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
