/** A name that no other page has, and that is a Web Lock's as long as this page lives. */
let held: Promise<string> | undefined;

/** Rejects where there are no Web Locks: only a secure context has them. */
export function pageLock(): Promise<string> {
  held ??= new Promise((resolve, reject) => {
    const name = `tidemark-page:${crypto.randomUUID()}`;
    const hold = () => {
      resolve(name);
      return new Promise<never>(() => {});
    };
    navigator.locks.request(name, hold).catch(reject);
  });
  return held;
}

/** Calls `then` once nobody holds the lock. Returns what stops waiting for that. */
export function whenReleased(name: string, then: () => void): () => void {
  const controller = new AbortController();
  navigator.locks.request(name, { signal: controller.signal }, then).catch(() => {});
  return () => controller.abort();
}
