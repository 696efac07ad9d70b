export interface PageListener {
  online(isOnline: boolean): void;
  /** The page became visible, or came back from the back/forward cache or from sleep. */
  wake(): void;
}

/** Listens to the page, when there is one. Returns what stops it. */
export function listenToPage(listener: PageListener): () => void {
  if (typeof window === 'undefined' || typeof window.addEventListener !== 'function') {
    return () => {};
  }
  const controller = new AbortController();
  const { signal } = controller;
  window.addEventListener('online', () => listener.online(true), { signal });
  window.addEventListener('offline', () => listener.online(false), { signal });
  window.addEventListener('pageshow', () => listener.wake(), { signal });
  if (typeof document !== 'undefined') {
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'visible') listener.wake();
      },
      { signal },
    );
  }
  if (typeof navigator !== 'undefined' && navigator.onLine === false) listener.online(false);
  return () => controller.abort();
}
