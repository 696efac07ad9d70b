import type { Clock } from '../core/clock.ts';

/** Runs `task` every `ms` milliseconds. Returns how to stop. */
export function every(clock: Clock, ms: number, task: () => void): () => void {
  let timer = clock.setTimeout(again, ms);
  function again(): void {
    timer = clock.setTimeout(again, ms);
    task();
  }
  return () => clock.clearTimeout(timer);
}
