const NAME = 'tidemark';

/** The worker's script; by default where the bundler puts it, which has to see these very words. */
export function startWorker(script: string | URL | undefined): Worker {
  if (script !== undefined) return new Worker(script, { type: 'module', name: NAME });
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: NAME });
}

/** The same script; all tabs that give the same name share it. */
export function startSharedWorker(script: string | URL | undefined, name: string): SharedWorker {
  if (script !== undefined) return new SharedWorker(script, { type: 'module', name });
  return new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name });
}
