import type { Transport } from './settings.ts';

async function post<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`POST ${path} was answered ${response.status}`);
  return response.json() as Promise<T>;
}

/** A new one, which holds for a while only. */
export async function requestToken(): Promise<string> {
  return (await post<{ token: string }>('/api/token')).token;
}

/** Ends this page's links as a broken network does. */
export function cutLink(client: string): Promise<unknown> {
  return post('/demo/faults', { client, cut: true });
}

/** From now on the server refuses these to this page, and ends those that are open. */
export function blockTransports(client: string, block: readonly Transport[]): Promise<unknown> {
  return post('/demo/faults', { client, block });
}

/** From now on this page's next `fail` saves are refused, and each takes `delayMs` longer. */
export function spoilSaves(
  client: string,
  saves: { fail: number; delayMs: number },
): Promise<unknown> {
  return post('/demo/faults', { client, saves });
}
