/** How long a response asks to be left alone, in ms (RFC 9110 §10.2.3: seconds or a date); 0 when it does not say. */
export function retryAfterMs({ headers }: { headers?: Pick<Headers, 'get'> }): number {
  const header = headers?.get('retry-after');
  if (!header) return 0;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
