import { expect } from 'vitest';
import type { DemoServer } from '../../demo/server/server.ts';
import type { Message } from './ws-client.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: {
    data?: Record<string, unknown> & Array<Record<string, unknown>>;
    count?: number;
    error?: { code: string; message: string };
  };
}

export async function call(
  server: DemoServer,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  const json = (isJson ? JSON.parse(text) : {}) as Answer['json'];
  return { status: response.status, headers: response.headers, text, json };
}

/** A new project's row. */
export async function addProject(
  server: DemoServer,
  values: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  const { status, json } = await call(server, 'POST', '/api/projects', { name: 'New', ...values });
  expect(status).toBe(201);
  return json.data as Record<string, unknown>;
}

export function wsUrl(server: DemoServer, query = ''): string {
  return `ws://127.0.0.1:${server.port}/realtime${query}`;
}

/** Every copy names the seq of the one before it in its subscription. */
export function expectChain(events: readonly Message[], start: number): void {
  let position = start;
  for (const event of events) {
    expect(event.prev).toBe(position);
    expect(event.seq).toBeGreaterThan(position);
    position = event.seq as number;
  }
}
