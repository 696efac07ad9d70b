import { TidemarkError } from '../core/errors.ts';
import { checkUrl } from './options.ts';
import type { GetToken } from './tokens.ts';

/** A Supabase project, by its address and its public key. */
export interface SupabaseProject {
  /** `https://REF.supabase.co` */
  url: string;
  /** The anonymous or publishable key. */
  key: string;
}

/** What is used of a client of `@supabase/supabase-js`: where it connects to, and as whom. */
export interface SupabaseClientLike {
  /** Its Realtime client. That is asked, and never connected. */
  realtime: {
    endpointURL(): string;
    apiKey?: string | null;
    /** Gives the session's token, or the key where nobody is signed in. */
    accessToken?: (() => Promise<string | null>) | null;
    accessTokenValue?: string | null;
  };
}

/** A project, or a client of one. */
export type SupabaseSource = SupabaseProject | SupabaseClientLike;

export interface SupabaseLink {
  url: URL;
  getToken: GetToken;
}

const PATH = '/realtime/v1/websocket';
/** The frames that src/wire/phoenix.h writes. */
const SERIALIZER = '2.0.0';

/**
 * Where a project's Realtime is, and what is shown to it.
 *
 * @throws TidemarkError `bad_option`
 */
export function supabaseLink(source: SupabaseSource): SupabaseLink {
  if ('realtime' in source && typeof source.realtime?.endpointURL === 'function') {
    const { realtime } = source;
    return {
      url: realtimeUrl(checkUrl('supabase.realtime.endpointURL()', realtime.endpointURL())),
      getToken: async () =>
        (await realtime.accessToken?.()) ?? realtime.accessTokenValue ?? realtime.apiKey ?? null,
    };
  }
  const { url, key } = source as Partial<SupabaseProject>;
  if (typeof url !== 'string' || typeof key !== 'string' || key === '') {
    throw new TidemarkError('bad_option', 'supabase must be a client or { url, key }');
  }
  const address = realtimeUrl(checkUrl('supabase.url', url));
  address.searchParams.set('apikey', key);
  return { url: address, getToken: () => key };
}

/** Of a project's address, or of its Realtime's. */
export function realtimeUrl(address: URL): URL {
  const url = new URL(address.href);
  if (!url.pathname.endsWith('/websocket')) {
    url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/realtime\/v1$/, '')}${PATH}`;
  }
  url.searchParams.set('vsn', SERIALIZER);
  return url;
}
