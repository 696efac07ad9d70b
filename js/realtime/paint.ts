/** When a window that claims to be visible is not painted all the same. */
const LATEST_MS = 100;

/**
 * Runs `task` once: just before the next paint where one is to come, so that whatever
 * arrives in between is shown together, otherwise at the end of this turn.
 */
export function beforePaint(task: () => void): void {
  const isShown = globalThis.document?.visibilityState === 'visible';
  if (!isShown || typeof globalThis.requestAnimationFrame !== 'function') {
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
