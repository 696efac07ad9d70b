import { retryAfterMs } from '../realtime/retry-after.ts';
import { HttpFailure } from '../realtime/snapshot-body.ts';

/** How a server is reached. */
export interface RestConfig {
  /** What stands before an entity's path: `/api` (the default) or `https://example.com/v1`. */
  baseUrl?: string | undefined;
  /** Makes the requests. Default: the global one at the time of the request. */
  fetch?: typeof fetch | undefined;
  /** Sent with each request; a function is asked each time, for a token that is renewed. */
  headers?: RequestHeaders | (() => RequestHeaders | Promise<RequestHeaders>) | undefined;
  /** Where an entity's rows are below `baseUrl`, by its name: `{ admin_users: 'admin/users' }`. Default: its name. */
  paths?: Readonly<Record<string, string>> | undefined;
}

/** By name. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** What any request takes. */
export interface RequestOptions {
  /** Aborts it. */
  signal?: AbortSignal | undefined;
}

/** A request that the server refused, or answered with what is no row. Code `fetch_failed`. */
export class ApiError extends HttpFailure {
  constructor(
    /** Whose rows, by name. */
    readonly entity: string,
    /** With the method: `GET /api/projects/5`. */
    readonly request: string,
    /** The path alone, without what was asked of it. */
    readonly path: string,
    /** The response's. */
    readonly status: number,
    retryAfter: number,
    why: string,
  ) {
    super(status, retryAfter, `${request} (entity '${entity}') ${why}`);
  }
}

export interface HttpRequest extends RequestOptions {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `baseUrl`, encoded. */
  path: string;
  search?: URLSearchParams | undefined;
  body?: unknown;
  mutationId?: string | undefined;
}

/**
 * Sends a request on behalf of `entity` and resolves with what `read` makes of the JSON that
 * came back (undefined when it is none). Rejects with ApiError when the server refuses or
 * `read` gives undefined, `expected` saying what was wanted; and with what `fetch` rejects with.
 */
export async function requestJson<T>(
  config: RestConfig,
  entity: string,
  request: HttpRequest,
  expected: string,
  read: (answer: unknown) => T | undefined,
): Promise<T> {
  const address = `${(config.baseUrl ?? '/api').replace(/\/+$/, '')}/${request.path}`;
  const response = await send(config, address, request);
  const answer = parsed(await response.text());
  const fail = (why: string): ApiError => {
    const { pathname } = new URL(address, 'http://localhost');
    const what = `${request.method} ${pathname}`;
    return new ApiError(entity, what, pathname, response.status, retryAfterMs(response), why);
  };
  if (!response.ok) throw fail(`was answered ${response.status}${reasonOf(answer)}`);
  const found = read(answer);
  if (found === undefined) throw fail(`was not answered with ${expected}`);
  return found;
}

async function send(
  config: RestConfig,
  address: string,
  { method, search, body, mutationId, signal }: HttpRequest,
): Promise<Response> {
  const given = typeof config.headers === 'function' ? await config.headers() : config.headers;
  const headers: Record<string, string> = { accept: 'application/json', ...given };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (mutationId !== undefined) headers['tidemark-mutation'] = mutationId;
  const query = search?.toString();
  const call = config.fetch ?? fetch;
  return call(query ? `${address}?${query}` : address, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the server says is wrong, in the forms that are common. */
function reasonOf(answer: unknown): string {
  const { error, message } = (answer ?? {}) as { error?: unknown; message?: unknown };
  const inside = (error as { message?: unknown } | null | undefined)?.message;
  const reason = [inside, message, error].find((each) => typeof each === 'string');
  return reason === undefined ? '' : `: ${reason}`;
}
