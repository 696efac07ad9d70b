import { TidemarkError } from '../core/errors.ts';
import type { GetToken } from '../realtime/tokens.ts';
import type { Place } from './places.ts';
import type { HostMessage, Opening, PageWire } from './protocol.ts';
import { RemoteEngine } from './remote-engine.ts';

/** How long (ms) a worker may take to start; a tab that shares may have to start it first. */
const PATIENCE_MS = 10_000;

/** What a host asks of a page, besides what it wants shown. */
export interface PageAnswers {
  getToken: GetToken | undefined;
  /** The core's Wasm; null when there is none to give. */
  core(): Promise<ArrayBuffer | null>;
}

/**
 * An engine at another place. Rejects with TidemarkError `core_unavailable`, `core_aborted`, or
 * what the host gives as the reason.
 */
export function openRemote(
  place: Place,
  opening: Omit<Opening, 'op'>,
  answers: PageAnswers,
): Promise<RemoteEngine> {
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
      const message = `the worker did not start: ${String(cause)}`;
      return fail(new TidemarkError('core_unavailable', message, { cause }));
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
        void answer(opened, message, answers);
      } else engine?.hear(message);
    };
    opened.send({ op: 'open', ...opening });
  });
}

async function answer(
  wire: PageWire,
  question: Extract<HostMessage, { op: 'core' | 'token' }>,
  { getToken, core }: PageAnswers,
): Promise<void> {
  if (question.op === 'core') {
    const bytes = await core().catch(() => null);
    wire.send({ op: 'core', bytes }, bytes ? [bytes] : []);
    return;
  }
  const head = { op: 'token', question: question.question } as const;
  try {
    const token = (await getToken?.({ refresh: question.refresh })) ?? null;
    wire.send({ ...head, token, failed: false });
  } catch {
    // The host reports that there is none, to all.
    wire.send({ ...head, token: null, failed: true });
  }
}
