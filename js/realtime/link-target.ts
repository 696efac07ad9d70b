import { TidemarkError } from '../core/errors.ts';
import type { LinkOptions } from './link-options.ts';
import { checkUrl } from './options.ts';
import { realtimeUrl, type SupabaseProject, supabaseLink } from './supabase.ts';
import type { GetToken } from './tokens.ts';

/**
 * How the server is spoken to: `native` is docs/protocol.md, `supabase` is Supabase Realtime's
 * changes of Postgres.
 */
export type Dialect = 'native' | 'supabase';

const DIALECTS: readonly Dialect[] = ['native', 'supabase'];

/** Where to connect to, in which dialect, and with whose token. */
export interface LinkTarget {
  url: URL;
  dialect: Dialect;
  getToken: GetToken | undefined;
}

/** What the build's environment says of where to connect to. */
export interface TargetEnvironment {
  websocketUrl?: string | undefined;
  supabase?: SupabaseProject | undefined;
}

/** By an address that only one kind of server has. */
function dialectOf({ hostname, pathname }: URL): Dialect {
  const isSupabase = /\.supabase\.(co|in|red)$/.test(hostname);
  return isSupabase || pathname.endsWith('/realtime/v1/websocket') ? 'supabase' : 'native';
}

/**
 * What the options say, else the environment; undefined when neither says anything. An address
 * goes before a Supabase project.
 *
 * @throws TidemarkError `bad_option`
 */
export function linkTarget(
  name: string,
  address: string | undefined,
  options: LinkOptions,
  environment: TargetEnvironment = {},
): LinkTarget | undefined {
  const { dialect, supabase, getToken, protocol } = options;
  if (dialect !== undefined && !DIALECTS.includes(dialect)) {
    bad(`dialect must be one of ${DIALECTS.join(', ')}, not '${dialect}'`);
  }
  const own = address ?? (supabase ? undefined : environment.websocketUrl);
  const project = own === undefined ? (supabase ?? environment.supabase) : undefined;
  if (own === undefined && !project) return undefined;
  if (project && dialect !== undefined && dialect !== 'supabase') {
    bad(`a Supabase project is not spoken to in the dialect '${dialect}'`);
  }
  const target = own === undefined ? fromProject() : fromAddress(own);
  if (target.dialect === 'supabase' && protocol === 'sse') {
    bad("Supabase Realtime is spoken over WebSocket, so protocol cannot be 'sse'");
  }
  return target;

  function fromProject(): LinkTarget {
    const link = supabaseLink(project as NonNullable<typeof project>);
    return { url: link.url, dialect: 'supabase', getToken: getToken ?? link.getToken };
  }
  function fromAddress(given: string): LinkTarget {
    const url = checkUrl(name, given);
    const spoken = dialect ?? dialectOf(url);
    if (spoken !== 'supabase') return { url, dialect: spoken, getToken };
    const key = url.searchParams.get('apikey');
    const withKey = key === null ? undefined : () => key;
    return { url: realtimeUrl(url), dialect: spoken, getToken: getToken ?? withKey };
  }
}

function bad(message: string): never {
  throw new TidemarkError('bad_option', message);
}
