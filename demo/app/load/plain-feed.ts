import { clientId, websocketUrl } from '../settings.ts';
import type { Gauge } from './gauges.ts';

export interface PlainEvent {
  readonly action: 'insert' | 'update' | 'delete';
  readonly data: Gauge;
}

/** The same server's events, over a bare socket. Returns how to stop. */
export function openFeed(on: {
  open: () => void;
  events: (events: readonly PlainEvent[]) => void;
}): () => void {
  const socket = new WebSocket(websocketUrl(window.location, clientId));
  socket.onopen = () => {
    socket.send(JSON.stringify({ op: 'subscribe', ref: 1, entity: 'gauges' }));
  };
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    const parsed = JSON.parse(data) as unknown;
    const messages = (Array.isArray(parsed) ? parsed : [parsed]) as Array<
      PlainEvent & { op?: string }
    >;
    if (messages.some(({ op }) => op === 'subscribed')) on.open();
    const events = messages.filter(({ action }) => action !== undefined);
    if (events.length > 0) on.events(events);
  };
  return () => {
    socket.onmessage = null;
    socket.close();
  };
}
