import { spoilSaves } from './api.ts';
import { clientId } from './settings.ts';

export interface SaveFaults {
  readonly failsNext: boolean;
  readonly isSlow: boolean;
}

const SLOW_MS = 3000;
let current: SaveFaults = { failsNext: false, isSlow: false };
const listeners = new Set<() => void>();

function become(next: SaveFaults): void {
  current = next;
  for (const listener of listeners) listener();
}

/** How this page's saves are spoiled, for `useSyncExternalStore`. */
export const saveFaults = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  current: (): SaveFaults => current,
  /** Resolves once the server knows. */
  async set(change: Partial<SaveFaults>): Promise<void> {
    const next = { ...current, ...change };
    const delayMs = next.isSlow ? SLOW_MS : 0;
    await spoilSaves(clientId, { fail: next.failsNext ? 1 : 0, delayMs });
    become(next);
  },
};

/** `fetch` for the entities' clients: sees when the save that was to fail has failed. */
export const watchedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.headers.has('demo-fault')) become({ ...current, failsNext: false });
  return response;
};
