import { TidemarkError } from '../core/errors.ts';
import type { LinkOptions } from './link-options.ts';
import { checkUrl } from './options.ts';
import { realtimeUrl, type SupabaseProject, supabaseLink } from './supabase.ts';
import type { GetToken } from './tokens.ts';

/**
 * How the server is spoken to (docs/servers.md): `native` is docs/protocol.md, `supabase` the
 * changes of Postgres that Supabase Realtime tells of; `centrifugo`, `mercure` and `plain` carry
 * events of the form of `RealtimeEvent`, the last without any protocol around them.
 */
export type Dialect = 'native' | 'supabase' | 'centrifugo' | 'mercure' | 'plain';

/** What each is spoken over. */
const TRANSPORTS: Readonly<Record<Dialect, readonly ('websocket' | 'sse')[]>> = {
  native: ['websocket', 'sse'],
  supabase: ['websocket'],
  centrifugo: ['websocket'],
  mercure: ['sse'],
  plain: ['websocket', 'sse'],
};

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
  if (/\.supabase\.(co|in|red)$/.test(hostname)) return 'supabase';
  if (pathname.endsWith('/realtime/v1/websocket')) return 'supabase';
  if (pathname.endsWith('/connection/websocket')) return 'centrifugo';
  if (pathname.endsWith('/.well-known/mercure')) return 'mercure';
  return 'native';
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
  if (dialect !== undefined && !Object.hasOwn(TRANSPORTS, dialect)) {
    bad(`dialect must be one of ${Object.keys(TRANSPORTS).join(', ')}, not '${dialect}'`);
  }
  const own = address ?? (supabase ? undefined : environment.websocketUrl);
  const project = own === undefined ? (supabase ?? environment.supabase) : undefined;
  if (own === undefined && !project) return undefined;
  if (project && dialect !== undefined && dialect !== 'supabase') {
    bad(`a Supabase project is not spoken to in the dialect '${dialect}'`);
  }
  const target = own === undefined ? fromProject() : fromAddress(own);
  const spoken = TRANSPORTS[target.dialect];
  if (protocol !== undefined && protocol !== 'auto' && !spoken.includes(protocol)) {
    bad(
      `the dialect '${target.dialect}' is spoken over ${spoken}, so protocol cannot be '${protocol}'`,
    );
  }
  return target;

  function fromProject(): LinkTarget {
    const link = supabaseLink(project as NonNullable<typeof project>);
    return { url: link.url, dialect: 'supabase', getToken: getToken ?? link.getToken };
  }
  function fromAddress(given: string): LinkTarget {
    const url = checkUrl(name, given);
    const chosen = dialect ?? dialectOf(url);
    if (chosen !== 'supabase') return { url, dialect: chosen, getToken };
    const key = url.searchParams.get('apikey');
    const withKey = key === null ? undefined : () => key;
    return { url: realtimeUrl(url), dialect: chosen, getToken: getToken ?? withKey };
  }
}

function bad(message: string): never {
  throw new TidemarkError('bad_option', message);
}
