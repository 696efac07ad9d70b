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

/** What becomes of the frames that the server sends to this page. Shares are from 0 to 1. */
export interface FrameFaults {
  drop?: number;
  duplicate?: number;
  reorder?: number;
  /** Each is late by up to so much, in order. */
  delayMs?: number;
  /** None goes out before the faults end. */
  hold?: boolean;
  forMs: number;
}

/** `null` ends them. */
export function spoilFrames(client: string, frames: FrameFaults | null): Promise<unknown> {
  return post('/demo/faults', { client, frames });
}

/** Ends every connection of the server, this page's and others', and has it refuse new ones. */
export function stopListening(forMs: number): Promise<unknown> {
  return post('/demo/outage', { forMs });
}

/** Has the server change so many rows a second by itself; 0 ends it. Not more than 120 s. */
export function keepWriting(order: {
  table: 'gauges' | 'projects';
  rate: number;
  forMs: number;
}): Promise<unknown> {
  return post('/demo/writes', order);
}

/** From now on this page's next `fail` saves are refused, and each takes `delayMs` longer. */
export function spoilSaves(
  client: string,
  saves: { fail: number; delayMs: number },
): Promise<unknown> {
  return post('/demo/faults', { client, saves });
}
