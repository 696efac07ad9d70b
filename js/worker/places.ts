import { TidemarkError } from '../core/errors.ts';
import { CORE_MOVED } from '../realtime/driver-options.ts';
import { announceMove, wireOverChannel } from './channel.ts';
import { type HostMessage, type PageMessage, type PageWire, wireOver } from './protocol.ts';
import { startSharedWorker, startWorker } from './script.ts';
import type { Lead } from './worker.ts';

/** Where a core runs that is not in this page. */
export interface Place {
  /** Whether the host outlives this page, which then has to hold a lock. */
  readonly isShared: boolean;
  /** `gone` is called when nothing will come any more. */
  open(gone: (error: TidemarkError) => void): PageWire;
  close(): void;
}

type Script = string | URL | undefined;

/** What an `error` event of a worker says: little, where its script did not load. */
function broken(event: Event): TidemarkError {
  const { message } = event as Partial<ErrorEvent>;
  const why = message || 'its script did not load (see workerUrl)';
  return new TidemarkError('core_aborted', `the worker failed: ${why}`);
}

/** A Worker of this page. */
export function ownPlace(script: Script): Place {
  return {
    isShared: false,
    open(gone) {
      const worker = startWorker(script);
      worker.onerror = (event) => gone(broken(event));
      return wireOver<PageMessage, HostMessage>(worker, () => worker.terminate());
    },
    close: () => {},
  };
}

/** A SharedWorker. */
export function sharedPlace(script: Script): Place {
  return {
    isShared: true,
    open(gone) {
      const worker = startSharedWorker(script);
      worker.onerror = (event) => gone(broken(event));
      return wireOver<PageMessage, HostMessage>(worker.port, () => worker.port.close());
    },
    close: () => {},
  };
}

/**
 * The Worker of one of the tabs, for all of them: whose tab has the Web Lock has it, and when that
 * tab is closed the next one does.
 */
export function electedPlace(script: Script, name: string): Place {
  const controller = new AbortController();
  let step: (() => void) | undefined;
  let worker: Worker | undefined;
  let failed: ((error: TidemarkError) => void) | undefined;
  const lead = (): Promise<void> => {
    announceMove(name);
    worker = startWorker(script);
    worker.onerror = (event) => {
      failed?.(broken(event));
      step?.();
    };
    worker.postMessage({ op: 'lead', channel: name } satisfies Lead);
    return new Promise<void>((resolve) => {
      step = resolve;
    }).then(() => worker?.terminate());
  };
  const stand = (): void => {
    const { signal } = controller;
    navigator.locks.request(name, { signal }, lead).catch((cause: unknown) => {
      if (!signal.aborted) {
        failed?.(new TidemarkError('core_aborted', `no worker: ${String(cause)}`, { cause }));
      }
    });
  };
  let isStanding = false;
  return {
    isShared: true,
    open(gone) {
      failed = gone;
      const moved = () => gone(new TidemarkError(CORE_MOVED, 'the core runs in another tab now'));
      const wire = wireOverChannel(name, moved);
      if (!isStanding) stand();
      isStanding = true;
      return wire;
    },
    close() {
      controller.abort();
      step?.();
    },
  };
}
