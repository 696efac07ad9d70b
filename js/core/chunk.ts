import { importAgain } from './import-again.ts';

/** Milliseconds before each further try. */
const PAUSES_MS = [500, 2000, 8000];

/**
 * A part of the package that is loaded when it is first needed. One that does not arrive is asked
 * for again: networks lose requests, and an app would be without it until it is reloaded.
 *
 * @throws what the last try threw, after {@link PAUSES_MS}; while offline no further try is made
 */
export async function chunk<T>(load: () => Promise<T>): Promise<T> {
  let tries = 0;
  // The first does not wait to be online: a service worker may have the chunk.
  for (const pause of PAUSES_MS) {
    try {
      return await load();
    } catch (thrown) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      await online();
      load = (importAgain(thrown, ++tries) as typeof load | undefined) ?? load;
    }
  }
  return load();
}

async function online(): Promise<void> {
  if (globalThis.navigator?.onLine !== false || !globalThis.addEventListener) return;
  await new Promise((resolve) => globalThis.addEventListener('online', resolve, { once: true }));
}
