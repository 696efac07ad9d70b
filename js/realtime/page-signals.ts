import type { PauseReason } from '../core/engine.ts';

/** Told what the page says; what follows from it is the core's to say. */
export interface PageListener {
  pause(reason: PauseReason, on: boolean): void;
  /** Something happened that may have broken a link without a word. */
  wake(): void;
}

interface Signal {
  target: EventTarget | undefined;
  event: string;
  tell(listener: PageListener): void;
}

const pausing = (reason: PauseReason, on: boolean) => (listener: PageListener) =>
  listener.pause(reason, on);

function signals(): Signal[] {
  const { window, document, navigator } = globalThis;
  const connection = (navigator as { connection?: EventTarget } | undefined)?.connection;
  return [
    { target: window, event: 'online', tell: pausing('offline', false) },
    { target: window, event: 'offline', tell: pausing('offline', true) },
    // The back/forward cache, and https://wicg.github.io/page-lifecycle/.
    { target: window, event: 'pagehide', tell: pausing('frozen', true) },
    { target: window, event: 'pageshow', tell: pausing('frozen', false) },
    { target: document, event: 'freeze', tell: pausing('frozen', true) },
    { target: document, event: 'resume', tell: pausing('frozen', false) },
    {
      target: document,
      event: 'visibilitychange',
      tell: (listener) => listener.pause('hidden', isHidden()),
    },
    // From one network to another: a socket of the old one is dead and silent.
    { target: connection, event: 'change', tell: (listener) => listener.wake() },
  ];
}

const isHidden = (): boolean => globalThis.document?.visibilityState === 'hidden';

/** Whether there is one, in a browser or in React Native; else this is a server or a worker. */
export const hasPage = (): boolean => typeof globalThis.window !== 'undefined';

/** Listens to the page, when there is one. Returns what stops it. */
export function listenToPage(listener: PageListener): () => void {
  if (typeof globalThis.window?.addEventListener !== 'function') return () => {};
  const controller = new AbortController();
  for (const { target, event, tell } of signals()) {
    target?.addEventListener?.(event, () => tell(listener), { signal: controller.signal });
  }
  if (globalThis.navigator?.onLine === false) listener.pause('offline', true);
  if (isHidden()) listener.pause('hidden', true);
  return () => controller.abort();
}
