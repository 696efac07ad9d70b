import type { Link } from '../link.ts';

/** A request for server-sent events, as a server of any kind hands it in. */
export interface StreamRequest {
  url: URL;
  /** By its name in lower case. */
  header(name: string): string | undefined;
}

/** What is answered: a refusal with its text, or a stream that is opened when its head is sent. */
export type StreamAnswer =
  | { status: 400 | 401 | 404; headers: Record<string, string>; body: string }
  | { status: 200; headers: Record<string, string>; open(link: Link): OpenStream };

export interface OpenStream {
  /** The connection is gone. */
  close(): void;
}

export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

/** Says nothing, but that the stream is alive. */
export const HEARTBEAT = ':\n\n';

/** `data` is JSON in one line, `id` is ours. */
export function streamText(data: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}

export function refusal(status: 400 | 401 | 404, body: string): StreamAnswer {
  const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  return { status, headers, body };
}

/** The token of `Authorization: Bearer <token>`. */
export function bearerOf(request: StreamRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.header('authorization') ?? '')?.[1];
}
