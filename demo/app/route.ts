import { useSyncExternalStore } from 'react';

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

const read = (): string => window.location.hash.replace(/^#\/?/, '');

/** What stands behind `#/` in the address. */
export function useRoute(): string {
  return useSyncExternalStore(subscribe, read);
}
