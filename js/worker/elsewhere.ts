import { chunk } from '../core/chunk.ts';
import type { EngineConfig } from '../core/engine.ts';
import { TidemarkError } from '../core/errors.ts';
import type { Report } from '../realtime/callbacks.ts';
import type { LoadEngine } from '../realtime/driver-options.ts';
import type { LinkTarget } from '../realtime/link-target.ts';
import type { TransportOptions } from '../realtime/transports/transport.ts';
import type { HostSetup } from './protocol.ts';
import type { RemoteLoader } from './remote-loader.ts';

/** Where the core and its connection run. */
export interface WorkerOptions {
  /**
   * In a Worker of the page. What is shown is the same; see docs/workers.md for what it is good
   * for. Where there is none, `worker_unavailable` is reported and the page does it. Default false.
   */
  worker?: boolean | undefined;
  /**
   * In a SharedWorker, with one connection for all tabs of the origin that have the same options;
   * where there is none, in the Worker of one of the tabs. All show the rows that one user may see:
   * give each signed-in user a text of their own. Default false.
   */
  shared?: boolean | string | undefined;
  /** The address of `tidemark/worker.js`, for builds that do not find it by themselves. */
  workerUrl?: string | URL | undefined;
}

interface ElsewhereSetup {
  config: EngineConfig;
  links: TransportOptions | null;
  target: LinkTarget | undefined;
  wholeEvents: boolean;
  report: Report;
}

export interface Elsewhere {
  load: LoadEngine;
  close(): void;
}

/** What cannot be said to a worker. */
const LOCAL = ['WebSocket', 'EventSource', 'fetch', 'clock', 'wasmModule'] as const;

/**
 * Undefined when the core is to run in the page. The code is loaded with the first core.
 *
 * @throws TidemarkError `bad_option` for what does not go with a worker
 */
export function elsewhere(
  options: WorkerOptions & { wasmUrl?: string | URL | undefined },
  { config, links, target, wholeEvents, report }: ElsewhereSetup,
): Elsewhere | undefined {
  const { worker, shared, workerUrl } = options;
  if (!worker && !shared) return undefined;
  for (const name of LOCAL) {
    if ((options as Record<string, unknown>)[name] === undefined) continue;
    throw new TidemarkError('bad_option', `${name} cannot be handed to a worker`);
  }
  const setup = hostSetup(config, links, options.wasmUrl);
  const remote = {
    setup,
    shared: shared ? nameFor(setup, shared) : null,
    workerUrl,
    wholeEvents,
    getToken: target?.getToken,
    report,
  };
  let loader: Promise<RemoteLoader> | undefined;
  return {
    load: async (...args) => {
      loader ??= chunk(() => import('./remote-loader.ts')).then(
        ({ RemoteLoader }) => new RemoteLoader(remote),
      );
      return (await loader).load(...args);
    },
    // Of one that never arrived `load` has told.
    close: () => void loader?.then((each) => each.close()).catch(() => {}),
  };
}

function hostSetup(
  config: EngineConfig,
  links: TransportOptions | null,
  wasmUrl: string | URL | undefined,
): HostSetup {
  const link = links && {
    url: links.url.href,
    sseUrl: links.sseUrl?.href,
    credentials: links.credentials,
    tokenInUrl: links.tokenInUrl,
  };
  // Relative to the page, not to the script.
  const base = globalThis.document?.baseURI;
  return { config, link, wasmUrl: wasmUrl && new URL(wasmUrl, base).href };
}

/** Tabs of the same app with the same options, and nobody else. */
function nameFor(setup: HostSetup, shared: true | string): string {
  return `tidemark ${shared === true ? '' : shared} ${JSON.stringify(setup)}`;
}
