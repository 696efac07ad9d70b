import type { IncomingMessage, ServerResponse } from 'node:http';

/** A refusal that becomes `{"error":{"code","message"}}`. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Never throws: whatever stands after the slash is a path. */
export function urlOf(request: IncomingMessage): URL {
  return new URL(`http://localhost${request.url?.startsWith('/') ? request.url : '/'}`);
}

/** The token of `Authorization: Bearer <token>`. */
export function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

export function methodNotAllowed(allowed: string): HttpError {
  const message = `only ${allowed} here`;
  return new HttpError(405, 'method_not_allowed', message, { allow: allowed });
}

export function sendJson(
  response: ServerResponse,
  status: number,
  json: string,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      ...headers,
    })
    .end(json);
}

export function sendError(response: ServerResponse, error: HttpError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, message, headers } = error;
  // What is left of a refused body is not read, so the connection cannot be used again.
  const close: Record<string, string> = status === 413 ? { connection: 'close' } : {};
  sendJson(response, status, JSON.stringify({ error: { code, message } }), {
    ...headers,
    ...close,
  });
}

/** @throws HttpError 413 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = () => new HttpError(413, 'too_large', `a body has at most ${limit} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    request.resume();
    throw tooLarge();
  }
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        // The rest is thrown away: a connection closed on unread data loses the answer.
        request.removeAllListeners('data').resume();
        reject(tooLarge());
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', () => reject(new HttpError(400, 'aborted', 'the request broke off')));
  });
}

/** @throws HttpError 400 for what is not a JSON object */
export function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HttpError(400, 'bad_json', 'the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError(400, 'bad_json', 'the body must be a JSON object');
  }
  return value as Record<string, unknown>;
}
