/**
 * `?worker=1`: the core and its connection run in a Worker; `?shared=1`: in one that all tabs have
 * in common.
 */
export function workerSettings(search: string): { worker: boolean; shared: boolean } {
  const given = new URLSearchParams(search);
  return { worker: given.get('worker') === '1', shared: given.get('shared') === '1' };
}

/** Names this page to the server, so that its faults hit nobody else. */
export const clientId: string = workerSettings(window.location.search).shared
  ? sharedClientId()
  : newClientId();

function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Tabs with one connection have one address to connect to, so one name. */
function sharedClientId(): string {
  const name = 'tidemark-demo-client';
  const id = window.localStorage.getItem(name) ?? newClientId();
  window.localStorage.setItem(name, id);
  return id;
}

export type Transport = 'websocket' | 'sse';

export function websocketUrl({ protocol, host }: Location, client: string): string {
  const scheme = protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${host}/realtime?client=${client}`;
}

/**
 * Built with `VITE_SUPABASE_URL=/` the page follows its server as it would a Supabase project; the
 * key is in `.env`.
 */
export const readsSupabase: boolean = Boolean(import.meta.env.VITE_SUPABASE_URL);

/** `?auth=1`: for a server that asks for tokens. */
export function needsToken(search: string): boolean {
  return new URLSearchParams(search).get('auth') === '1';
}

/** `?user=Ayesha`: whose page this is, when it stands beside another one. */
export function userOf(search: string): string | null {
  return new URLSearchParams(search).get('user');
}

/** The address of that user's page, settings and all. */
export function addressFor(user: string, search: string, path: string): string {
  const settings = new URLSearchParams(search);
  settings.set('user', user);
  return `?${settings}#/${path}`;
}

export interface Intervals {
  reconnectInterval: number;
  pollingInterval: number;
  probeInterval: number;
  heartbeatInterval: number;
}

/** In milliseconds; `?reconnect=&poll=&probe=&heartbeat=` override. Shorter than the library's, to be watched. */
export function intervals(search: string): Intervals {
  const given = new URLSearchParams(search);
  const read = (name: string, usual: number): number => {
    const value = Number(given.get(name));
    return value > 0 ? value : usual;
  };
  return {
    reconnectInterval: read('reconnect', 1000),
    pollingInterval: read('poll', 3000),
    probeInterval: read('probe', 5000),
    heartbeatInterval: read('heartbeat', 10_000),
  };
}
