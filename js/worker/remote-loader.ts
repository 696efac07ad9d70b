import { inlinedBytes } from '../core/compiled-core.ts';
import type { CoreSource } from '../core/core-source.ts';
import { Engine, type EngineConfig, type Seed } from '../core/engine.ts';
import { TidemarkError } from '../core/errors.ts';
import type { Report } from '../realtime/callbacks.ts';
import type { EngineLike } from '../realtime/driver-options.ts';
import type { GetToken } from '../realtime/tokens.ts';
import { openRemote } from './open-remote.ts';
import { pageLock } from './page-lock.ts';
import { electedPlace, ownPlace, type Place, sharedPlace } from './places.ts';
import type { HostSetup } from './protocol.ts';

export interface RemoteOptions {
  setup: HostSetup;
  /** Null for a worker of this page alone; else what tells sharers from others. */
  shared: string | null;
  workerUrl: string | URL | undefined;
  wholeEvents: boolean;
  getToken: GetToken | undefined;
  report: Report;
}

/** Loads engines that run in a worker, and one that runs here where none does. */
export class RemoteLoader {
  readonly #options: RemoteOptions;
  #place: Place | undefined;
  #isClosed = false;
  #isUnavailable = false;

  constructor(options: RemoteOptions) {
    this.#options = options;
  }

  /** As `Engine.load`. That there is no worker is reported, once. */
  async load(config: EngineConfig, seed: Seed, source: CoreSource): Promise<EngineLike> {
    if (!this.#isUnavailable) {
      try {
        return await this.#open(source);
      } catch (cause) {
        if (this.#isClosed) throw new TidemarkError('disposed', 'this was disposed');
        this.#isUnavailable = true;
        this.#place?.close();
        const why = cause instanceof Error ? cause.message : String(cause);
        const message = `no worker, so the core runs in the page: ${why}`;
        this.#options.report(new TidemarkError('worker_unavailable', message, { cause }));
      }
    }
    return Engine.load(config, seed, source);
  }

  close(): void {
    this.#isClosed = true;
    this.#place?.close();
  }

  async #open({ wasmBinary }: CoreSource): Promise<EngineLike> {
    const { setup, shared, wholeEvents, getToken } = this.#options;
    this.#place ??= placeFor(this.#options);
    const lock = this.#place.isShared ? await pageLock() : null;
    return openRemote(
      this.#place,
      { name: shared ?? '', setup, lock, wholeEvents },
      { getToken, core: async () => (wasmBinary ? copyOf(wasmBinary) : inlinedBytes()) },
    );
  }
}

function placeFor({ shared, workerUrl }: RemoteOptions): Place {
  if (shared === null) return ownPlace(workerUrl);
  if (typeof SharedWorker === 'function') return sharedPlace(workerUrl);
  return electedPlace(workerUrl, shared);
}

/** A page with two places gives it twice. */
function copyOf(bytes: ArrayBuffer | ArrayBufferView<ArrayBuffer>): ArrayBuffer {
  if (!ArrayBuffer.isView(bytes)) return bytes.slice(0);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
