import { TidemarkError } from '../core/errors.ts';
import type { FlushTiming } from './paint.ts';

const MOST_ATTEMPTS = 0x7fffffff;

function bad(message: string): never {
  throw new TidemarkError('bad_option', message);
}

/** @throws TidemarkError `bad_option` unless each given value is a finite number above 0 */
export function checkIntervals(intervals: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(intervals)) {
    if (value === undefined) continue;
    if (!Number.isFinite(value) || value <= 0) {
      bad(`${name} must be a positive number of milliseconds, not ${value}`);
    }
  }
}

/** @throws TidemarkError `bad_option` unless it is a number of milliseconds from 0 */
export function checkDuration(name: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isFinite(value) && value >= 0)) return value;
  return bad(`${name} must be a number of milliseconds from 0, not ${value}`);
}

/** @throws TidemarkError `bad_option` unless it is `microtask`, `frame` or milliseconds from 0 */
export function checkFlushTiming(value: FlushTiming | undefined): FlushTiming | undefined {
  if (value === 'microtask' || value === 'frame') return value;
  if (typeof value === 'string') bad(`flush must be 'microtask', 'frame' or a number`);
  return checkDuration('flush', value);
}

/**
 * A count for the core's configuration. JSON has no Infinity, so that becomes a number that
 * is never reached.
 *
 * @throws TidemarkError `bad_option` unless it is a whole number from `least` to `most`, or Infinity
 */
export function checkCount(
  name: string,
  value: number | undefined,
  least: number,
  most = MOST_ATTEMPTS,
): number | undefined {
  if (value === undefined) return undefined;
  if (value === Number.POSITIVE_INFINITY) return most;
  if (!Number.isInteger(value) || value < least) {
    bad(`${name} must be a whole number from ${least}, not ${value}`);
  }
  return Math.min(value, most);
}

/**
 * Parses a link's address. A relative one is resolved against the page, when there is one.
 *
 * @throws TidemarkError `bad_option` unless it is a ws, wss, http or https URL
 */
export function checkUrl(name: string, value: string): URL {
  let url: URL;
  try {
    url = new URL(value, globalThis.location?.href);
  } catch {
    return bad(`${name} is not a URL: '${value}'`);
  }
  if (!/^(ws|http)s?:$/.test(url.protocol)) {
    bad(`${name} must be a ws, wss, http or https URL, not '${value}'`);
  }
  return url;
}

/**
 * The database that keeps edits over reloads; undefined when none does.
 *
 * @throws TidemarkError `bad_option` for a name that is no text or empty
 */
export function editDatabase(
  persistEdits: boolean | { name?: string | undefined } | undefined,
): string | undefined {
  if (persistEdits === undefined || persistEdits === false) return undefined;
  const name = persistEdits === true ? undefined : persistEdits.name;
  if (name === undefined) return 'tidemark-edits';
  if (typeof name === 'string' && name !== '') return name;
  return bad(`persistEdits.name must be a text that is not empty, not ${JSON.stringify(name)}`);
}
