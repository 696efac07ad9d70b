import { inlinedBytes } from '../core/compiled-core.ts';
import type { CoreSource } from '../core/core-source.ts';
import { Engine, type EngineConfig, type Seed } from '../core/engine.ts';
import { TidemarkError } from '../core/errors.ts';
import type { Report } from '../realtime/callbacks.ts';
import type { EngineLike } from '../realtime/driver-options.ts';
import type { GetToken } from '../realtime/tokens.ts';
import { pageLock } from './page-lock.ts';
import { electedPlace, ownPlace, type Place, sharedPlace } from './places.ts';
import type { HostMessage, HostSetup, PageWire } from './protocol.ts';
import { RemoteEngine } from './remote-engine.ts';

export interface RemoteOptions {
  setup: HostSetup;
  /** Null for a worker of this page alone; else what tells sharers from others. */
  shared: string | null;
  workerUrl: string | URL | undefined;
  wholeEvents: boolean;
  getToken: GetToken | undefined;
  report: Report;
}

/** How long (ms) a worker may take to start; a tab that shares may have to start it first. */
const PATIENCE_MS = 10_000;

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
        const message = `no worker, so the core runs in the page: ${messageOf(cause)}`;
        this.#options.report(new TidemarkError('worker_unavailable', message, { cause }));
      }
    }
    return Engine.load(config, seed, source);
  }

  close(): void {
    this.#isClosed = true;
    this.#place?.close();
  }

  async #open(source: CoreSource): Promise<RemoteEngine> {
    this.#place ??= placeFor(this.#options);
    const place = this.#place;
    const lock = place.isShared ? await pageLock() : null;
    const { setup, wholeEvents } = this.#options;
    return new Promise((resolve, reject) => {
      let engine: RemoteEngine | undefined;
      let wire: PageWire | undefined;
      const fail = (error: TidemarkError): void => {
        clearTimeout(patience);
        if (!engine) wire?.close();
        engine?.lose(error);
        reject(error);
      };
      const patience = setTimeout(
        () => fail(new TidemarkError('core_unavailable', 'the worker did not answer')),
        PATIENCE_MS,
      );
      try {
        wire = place.open(fail);
      } catch (cause) {
        return fail(new TidemarkError('core_unavailable', messageOf(cause), { cause }));
      }
      const opened = wire;
      opened.heard = (message) => {
        if (message.op === 'ready') {
          clearTimeout(patience);
          engine = new RemoteEngine(opened, message.stats);
          resolve(engine);
        } else if (message.op === 'failed' || (message.op === 'lost' && !engine)) {
          fail(new TidemarkError(message.code, message.message));
        } else if (message.op === 'core' || message.op === 'token') {
          void this.#answer(opened, message, source);
        } else engine?.hear(message);
      };
      opened.send({ op: 'open', setup, lock, wholeEvents });
    });
  }

  async #answer(
    wire: PageWire,
    question: Extract<HostMessage, { op: 'core' | 'token' }>,
    { wasmBinary }: CoreSource,
  ): Promise<void> {
    if (question.op === 'core') {
      const bytes = await (wasmBinary ? copyOf(wasmBinary) : inlinedBytes().catch(() => null));
      return wire.send({ op: 'core', bytes }, bytes ? [bytes] : []);
    }
    const answer = { op: 'token', question: question.question } as const;
    try {
      const token = (await this.#options.getToken?.({ refresh: question.refresh })) ?? null;
      wire.send({ ...answer, token, failed: false });
    } catch {
      // The host reports that there is none, to all.
      wire.send({ ...answer, token: null, failed: true });
    }
  }
}

function placeFor({ shared, workerUrl }: RemoteOptions): Place {
  if (shared === null) return ownPlace(workerUrl);
  if (typeof SharedWorker === 'function') return sharedPlace(workerUrl, shared);
  return electedPlace(workerUrl, shared);
}

function copyOf(bytes: ArrayBuffer | ArrayBufferView<ArrayBuffer>): ArrayBuffer {
  if (!ArrayBuffer.isView(bytes)) return bytes.slice(0);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
