type Script = string | URL | undefined;

// Bundlers look for these very words, and some refuse options that are not written out.

/** A worker; its script is by default where the bundler puts it. */
export function startWorker(script: Script): Worker {
  if (script !== undefined) return new Worker(script, { type: 'module' });
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
}

/** The one that all tabs of the origin with the same script have. */
export function startSharedWorker(script: Script): SharedWorker {
  if (script !== undefined) return new SharedWorker(script, { type: 'module' });
  return new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module' });
}
