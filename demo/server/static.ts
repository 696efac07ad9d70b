import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { HttpError, methodNotAllowed } from './http.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

// Wasm, and frames by other names of this machine, are all that the page needs beyond its own files.
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self' ws: wss:",
  // demo/app/race/origins.ts
  "frame-src 'self' http://tidemark.localhost:* http://by-hand.localhost:*",
].join('; ');

/** The built page. */
export class StaticFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws HttpError */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed('GET, HEAD');
    const file = await this.#find(url.pathname);
    response.writeHead(200, {
      'content-type': CONTENT_TYPES[extname(file.path).toLowerCase()] ?? 'application/octet-stream',
      'content-length': file.size,
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      // Built files carry a hash in their name.
      'cache-control': url.pathname.startsWith('/assets/') ? 'max-age=31536000' : 'no-cache',
    });
    if (request.method === 'HEAD') response.end();
    else
      createReadStream(file.path)
        .on('error', () => response.destroy())
        .pipe(response);
  }

  async #find(pathname: string): Promise<{ path: string; size: number }> {
    const root = await realpath(this.#folder).catch(() => {
      throw new HttpError(404, 'not_built', 'the page is not built yet: run `npm start`');
    });
    let wanted: string;
    try {
      wanted = decodeURIComponent(pathname);
    } catch {
      throw new HttpError(400, 'bad_path', 'the path is not valid UTF-8');
    }
    if (wanted.includes('\0')) throw new HttpError(400, 'bad_path', 'no such path');
    const name = extname(wanted) === '' ? 'index.html' : wanted;
    // Compared after links and `..` are resolved, so nothing outside can be named.
    const path = await realpath(join(root, name)).catch(() => '');
    const info = path.startsWith(root + sep) ? await stat(path) : undefined;
    if (!info?.isFile()) throw new HttpError(404, 'not_found', `no file ${wanted}`);
    return { path, size: info.size };
  }
}
