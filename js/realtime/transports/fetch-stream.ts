import { retryAfterMs } from '../retry-after.ts';
import {
  ABNORMAL,
  ignore,
  type LinkEvents,
  type Open,
  type Opening,
  streamUrl,
  type TransportOptions,
} from './transport.ts';

/** src/session/close_code.h: an answer that is no event stream. */
const NOT_A_STREAM = 4002;

/** Whether event streams can be read with `fetch`, and nobody wants it otherwise. */
export function prefersFetch({ EventSource, fetch }: TransportOptions): boolean {
  if (EventSource) return false;
  if (fetch) return true;
  const { fetch: native, Response } = globalThis;
  return (
    typeof native === 'function' && typeof Response === 'function' && 'body' in Response.prototype
  );
}

/**
 * Reads an event stream with `fetch`, which can carry a token in a header and shows what a
 * refusal says. The bytes go to the core as they come.
 */
export const openFetchStream: Open = (opening, events) => {
  const controller = new AbortController();
  read(opening, events, controller.signal).catch(() => events.closed(ABNORMAL));
  return { send: ignore, close: () => controller.abort() };
};

async function read(opening: Opening, events: LinkEvents, signal: AbortSignal): Promise<void> {
  // A local name: the browser's fetch refuses to be called as a method of anything else.
  const fetch = opening.options.fetch ?? globalThis.fetch;
  const headers: Record<string, string> = { accept: 'text/event-stream' };
  if (opening.token) headers.authorization = `Bearer ${opening.token}`;
  const init: RequestInit = { headers, signal, cache: 'no-store' };
  if (opening.options.credentials) init.credentials = opening.options.credentials;
  const response = await fetch(streamUrl(opening), init);
  const { status, body } = response;
  const type = response.headers.get('content-type') ?? '';
  const isStream = body && /^text\/event-stream\s*(;|$)/i.test(type);
  if (status !== 200 || !isStream) {
    body?.cancel().catch(ignore);
    return events.closed(status === 200 ? NOT_A_STREAM : status, retryAfterMs(response));
  }
  events.opened(response.headers.get('mercure-last-event-id') ?? '');
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return events.closed(ABNORMAL);
    events.stream(value);
  }
}
