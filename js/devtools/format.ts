import type { LinkMoment } from './histories.ts';

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** The time of day, to the millisecond; `at` in ms since the epoch. */
export function timeOf(at: number | null): string {
  if (at === null) return '–';
  const time = new Date(at);
  const seconds = `${pad(time.getSeconds())}.${pad(time.getMilliseconds(), 3)}`;
  return `${pad(time.getHours())}:${pad(time.getMinutes())}:${seconds}`;
}

export function bytesOf(bytes: number | null): string {
  if (bytes === null) return '–';
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** The beginning of a value's JSON. */
export function briefly(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

const CAUSES: Readonly<Record<string, string>> = {
  asked: 'it was asked to',
  opened: 'the link opened',
  replaced: 'a better link took over',
  silence: 'nothing was heard for too long',
  timeout: 'the link did not open in time',
  no_token: 'no token could be had',
};

/** Names of the WebSocket close codes that are seen most; others speak by their number. */
const CODES: Readonly<Record<number, string>> = {
  1000: 'normal closure',
  1001: 'the server goes away',
  1006: 'broken, without a goodbye',
  1008: 'policy',
  1009: 'too big',
  1011: 'internal error',
  1012: 'the server restarts',
  1013: 'try again later',
};

export function reasonOf({ cause, code }: Pick<LinkMoment, 'cause' | 'code'>): string {
  if (cause === null) return 'no core yet, or it was replaced';
  if (cause !== 'closed' || code === null) return CAUSES[cause] ?? cause;
  const name = CODES[code];
  return `closed, ${code}${name ? ` (${name})` : ''}`;
}
