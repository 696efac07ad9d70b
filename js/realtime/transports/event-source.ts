import { ABNORMAL, frameOf, ignore, type Open, streamUrl } from './transport.ts';

/** What is used of an EventSource; the browser's, `eventsource` and others fit. */
export interface EventSourceLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  close(): void;
}
/** Makes one. */
export type EventSourceConstructor = new (
  url: string,
  options?: { withCredentials?: boolean },
) => EventSourceLike;

/**
 * Reads an event stream where `fetch` cannot. It carries cookies but no header, and hides
 * why it failed.
 */
export const openEventSource: Open = (opening, events) => {
  const { options } = opening;
  const Source =
    options.EventSource ?? (globalThis.EventSource as EventSourceConstructor | undefined);
  if (!Source) throw new TypeError('there is no EventSource here');
  const withCredentials = options.credentials === 'include';
  const source = new Source(streamUrl(opening), { withCredentials });
  source.onopen = () => events.opened();
  source.onmessage = ({ data }: { data: unknown }) => events.frame(frameOf(data));
  source.onerror = () => {
    // Closed at once, or it would reconnect by itself, behind the core's back.
    source.close();
    events.closed(ABNORMAL);
  };
  return { send: ignore, close: () => source.close() };
};
