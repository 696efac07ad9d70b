import type { IncomingMessage } from 'node:http';
import { type Database, sqlState } from './database.ts';
import { HttpError, parseObject, readBody } from './http.ts';

const MAX_BODY = 256 * 1024;
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/**
 * Runs SQL in the embedded database for `npm run demo:write`, which cannot reach it otherwise.
 * For programs on this machine only: a browser names an Origin with every POST, and with
 * Sec-Fetch-Site whatever it sends.
 *
 * @throws HttpError
 */
export async function runSql(database: Database, request: IncomingMessage): Promise<string> {
  const isPage =
    request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined;
  const isLocal = LOOPBACK.test(request.socket.remoteAddress ?? '');
  if (!database.embedded) throw new HttpError(404, 'not_found', 'only with the embedded database');
  if (isPage || !isLocal) throw new HttpError(403, 'forbidden', 'not for web pages');
  const { sql } = parseObject(await readBody(request, MAX_BODY));
  if (typeof sql !== 'string') throw new HttpError(400, 'bad_sql', 'sql must be a text');
  try {
    const rows = await database.script(sql);
    // PGlite gives bigint for numbers that a double cannot hold.
    const text = (_key: string, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value;
    return JSON.stringify({ data: rows }, text);
  } catch (error) {
    if (sqlState(error) === undefined) throw error;
    throw new HttpError(400, 'bad_sql', error instanceof Error ? error.message : String(error));
  }
}
