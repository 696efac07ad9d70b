import { ABNORMAL, frameOf, type Open, socketUrl } from './transport.ts';

/** What is used of a WebSocket; the browser's, `ws` and others fit. */
export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}
/** Makes one. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** The core sends the token as a message, so the URL carries one only when asked to. */
export const openWebSocket: Open = (opening, events) => {
  const Socket =
    opening.options.WebSocket ?? (globalThis.WebSocket as WebSocketConstructor | undefined);
  if (!Socket) throw new TypeError('there is no WebSocket here');
  const socket = new Socket(socketUrl(opening));
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data }: { data: unknown }) => events.frame(frameOf(data));
  // Never removed: `ws` kills the process over an error without a listener. Close follows.
  socket.onerror = () => {};
  // The code alone: what a reason says is for people, and no two servers say it alike.
  socket.onclose = ({ code }: { code?: number }) => events.closed(code ?? ABNORMAL);
  return {
    send: (text) => socket.send(text),
    close: (code) => {
      // Browsers throw on any other code.
      const allowed = code === 1000 || (code >= 3000 && code <= 4999);
      if (allowed) socket.close(code);
      else socket.close();
    },
  };
};
