/** Which of the two lanes. */
export type Place = 'tidemark' | 'by-hand';

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\]|[a-z-]+\.localhost)$/;

/**
 * Where a lane's frame comes from: the same server under a name of its own.
 *
 * Frames of one site have one thread in Chromium, so that who is slow would spoil the other's
 * frames too. Measured with Chromium 156, one frame kept busy for 1.5 s: a frame of the same
 * origin, or of another port of the same host, drew nothing; one of another name below
 * `localhost` drew its 90 frames, as did the page around them. `localhost` and `127.0.0.1` are two
 * sites as well, but the page would be of one of them. `Origin-Agent-Cluster: ?1` did it for two
 * ports, but is a hint by its specification. Browsers differ and phones save processes, so it
 * is tried out before each race all the same: shares-thread.ts.
 *
 * Undefined where the server has no other name: elsewhere `localhost` is the reader's machine.
 */
export function ownOrigin(
  place: Place,
  { protocol, hostname, port }: Location,
): string | undefined {
  if (protocol !== 'http:' || !LOOPBACK.test(hostname)) return undefined;
  return `http://${place}.localhost${port === '' ? '' : `:${port}`}`;
}
