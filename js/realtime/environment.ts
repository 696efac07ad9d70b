import { TidemarkError } from '../core/errors.ts';
import type { SupabaseProject } from './supabase.ts';

/** What the build's environment variables say; undefined where they say nothing. */
export interface Environment {
  websocketUrl: string | undefined;
  enableWebSocket: boolean | undefined;
  enablePollingFallback: boolean | undefined;
  /** Milliseconds. */
  pollingInterval: number | undefined;
  /** Undefined unless both its variables are set. */
  supabase: SupabaseProject | undefined;
}

declare const process: { env: Readonly<Record<string, string | undefined>> };
interface ViteMeta {
  env?: Readonly<Record<string, string | undefined>>;
}

/** The first that is set. Each read stands alone: outside a bundle `process` may not exist. */
function first(...reads: ReadonlyArray<() => string | undefined>): string | undefined {
  for (const read of reads) {
    try {
      const value = read();
      if (value !== undefined && value !== '') return String(value);
    } catch {
      // No `process` here.
    }
  }
  return undefined;
}

function flag(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new TidemarkError('bad_option', `${name} must be true or false, not '${text}'`);
}

/**
 * Reads `REACT_APP_WS_URL`, `REACT_APP_ENABLE_WEBSOCKET`, `REACT_APP_ENABLE_POLLING_FALLBACK`,
 * `REACT_APP_POLLING_INTERVAL`, `REACT_APP_SUPABASE_URL` and `REACT_APP_SUPABASE_ANON_KEY`, or the
 * same with `VITE_` or `NEXT_PUBLIC_` in front.
 *
 * @throws TidemarkError `bad_option` for a value that cannot be read
 */
export function readEnvironment(): Environment {
  // Each name is written out because bundlers replace exactly this text.
  const interval = first(
    () => process.env.REACT_APP_POLLING_INTERVAL,
    () => process.env.NEXT_PUBLIC_POLLING_INTERVAL,
    () => process.env.VITE_POLLING_INTERVAL,
    () => (import.meta as ViteMeta).env?.VITE_POLLING_INTERVAL,
  );
  return {
    websocketUrl: first(
      () => process.env.REACT_APP_WS_URL,
      () => process.env.NEXT_PUBLIC_WS_URL,
      () => process.env.VITE_WS_URL,
      () => (import.meta as ViteMeta).env?.VITE_WS_URL,
    ),
    enableWebSocket: flag(
      'ENABLE_WEBSOCKET',
      first(
        () => process.env.REACT_APP_ENABLE_WEBSOCKET,
        () => process.env.NEXT_PUBLIC_ENABLE_WEBSOCKET,
        () => process.env.VITE_ENABLE_WEBSOCKET,
        () => (import.meta as ViteMeta).env?.VITE_ENABLE_WEBSOCKET,
      ),
    ),
    enablePollingFallback: flag(
      'ENABLE_POLLING_FALLBACK',
      first(
        () => process.env.REACT_APP_ENABLE_POLLING_FALLBACK,
        () => process.env.NEXT_PUBLIC_ENABLE_POLLING_FALLBACK,
        () => process.env.VITE_ENABLE_POLLING_FALLBACK,
        () => (import.meta as ViteMeta).env?.VITE_ENABLE_POLLING_FALLBACK,
      ),
    ),
    pollingInterval: interval === undefined ? undefined : Number(interval),
    supabase: readSupabase(),
  };
}

function readSupabase(): SupabaseProject | undefined {
  const url = first(
    () => process.env.REACT_APP_SUPABASE_URL,
    () => process.env.NEXT_PUBLIC_SUPABASE_URL,
    () => process.env.VITE_SUPABASE_URL,
    () => (import.meta as ViteMeta).env?.VITE_SUPABASE_URL,
  );
  const key = first(
    () => process.env.REACT_APP_SUPABASE_ANON_KEY,
    () => process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY,
    () => process.env.VITE_SUPABASE_ANON_KEY,
    () => (import.meta as ViteMeta).env?.VITE_SUPABASE_ANON_KEY,
  );
  return url === undefined || key === undefined ? undefined : { url, key };
}
