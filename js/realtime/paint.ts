/**
 * When what arrived is shown: at the end of the turn, before the next paint (at the end of the
 * turn where none is to come), or so many milliseconds after the first of it.
 */
export type FlushTiming = 'microtask' | 'frame' | number;

/** Runs `task` once, at that time. */
export function runAt(timing: FlushTiming, task: () => void): void {
  if (timing === 'microtask') queueMicrotask(task);
  else if (timing === 'frame') beforePaint(task);
  else setTimeout(task, timing);
}

/** Runs `task` once when the page has had its turn: before the next paint, or else in a turn to come. */
export function runNextFrame(task: () => void): void {
  if (isShown()) beforePaint(task);
  else setTimeout(task, 0);
}

/** When a window that claims to be visible is not painted all the same. */
const LATEST_MS = 100;

/**
 * Runs `task` once: just before the next paint where one is to come, so that whatever
 * arrives in between is shown together, otherwise at the end of this turn.
 */
export function beforePaint(task: () => void): void {
  if (!isShown()) {
    queueMicrotask(task);
    return;
  }
  let waiting = true;
  const once = (): void => {
    if (!waiting) return;
    waiting = false;
    clearTimeout(timer);
    task();
  };
  const timer = setTimeout(once, LATEST_MS);
  requestAnimationFrame(once);
}

function isShown(): boolean {
  const isVisible = globalThis.document?.visibilityState === 'visible';
  return isVisible && typeof globalThis.requestAnimationFrame === 'function';
}
