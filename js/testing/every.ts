import type { Clock } from '../core/clock.ts';

/** Runs `task` every `ms` milliseconds. Returns how to stop. */
export function every(clock: Clock, ms: number, task: () => void): () => void {
  let stopped = false;
  let timer = clock.setTimeout(again, ms);
  function again(): void {
    // What the task times for the same moment comes before its next turn.
    task();
    if (!stopped) timer = clock.setTimeout(again, ms);
  }
  return () => {
    stopped = true;
    clock.clearTimeout(timer);
  };
}
