import type { IncomingMessage } from 'node:http';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether the page that asks may. Browsers open WebSockets to any host for any page, so without
 * this every web site could read and write here. No Origin: it is not a page.
 */
export function isAllowedOrigin(request: IncomingMessage, listed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (listed.includes(origin)) return true;
  let url: URL;
  try {
    url = new URL(origin);
  } catch {
    return false; // 'null': a sandboxed frame or a file
  }
  return url.host === host || LOOPBACK.has(url.hostname);
}
