import { TidemarkError } from '../core/errors.ts';
import { retryAfterMs } from './retry-after.ts';

/** A response that holds no rows because the server refused. */
export class HttpFailure extends TidemarkError {
  constructor(
    status: number,
    /** How long the server asked to be left alone, in milliseconds; 0 when it did not say. */
    readonly retryAfterMs: number,
    message = `the server answered ${status}`,
  ) {
    super('fetch_failed', message);
  }
}

export function isResponse(value: unknown): value is Response {
  // By its members: a Response of another realm or library is no instance of ours.
  const response = value as Partial<Response> | null;
  return (
    typeof response === 'object' &&
    response !== null &&
    typeof response.ok === 'boolean' &&
    typeof response.arrayBuffer === 'function'
  );
}

/**
 * Data as the JSON text that the core reads.
 *
 * @throws TidemarkError `bad_snapshot` for what JSON cannot say
 */
export function snapshotText(data: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(data);
  } catch (cause) {
    const message = `the data is not JSON: ${String(cause)}`;
    throw new TidemarkError('bad_snapshot', message, { cause });
  }
  if (text === undefined) {
    throw new TidemarkError('bad_snapshot', `${typeof data} is not JSON data`);
  }
  return text;
}

/**
 * What a fetcher returned, as the core reads it. Text and bytes are JSON already and pass
 * unparsed; a `Response` gives its bytes; everything else is written as JSON.
 *
 * @throws TidemarkError `fetch_failed` for a response that is not ok, `bad_snapshot` for what
 * JSON cannot say
 */
export async function snapshotBody(data: unknown): Promise<string | Uint8Array> {
  if (typeof data === 'string') return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data instanceof Uint8Array) return data;
  if (isResponse(data)) {
    if (!data.ok) throw new HttpFailure(data.status, retryAfterMs(data));
    return new Uint8Array(await data.arrayBuffer());
  }
  return snapshotText(data);
}
