import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { scalarOfText } from '../../js/testing/rows/scalar.ts';
import { type Database, type Param, sqlState } from './database.ts';
import { type Entity, findEntity, STAMPED_COLUMNS } from './entities.ts';
import { HttpError, methodNotAllowed, parseObject, readBody, sendJson } from './http.ts';
import { listQuery } from './list-query.ts';

const MAX_BODY = 256 * 1024;

interface RowResult {
  row: string;
}

/** `/api/<entity>` and `/api/<entity>/<id>`. Rows are the text that Postgres wrote. */
export class RestApi {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws HttpError */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const [, , name = '', id, ...rest] = url.pathname.split('/').map(decoded);
    const entity = findEntity(name);
    if (!entity) throw new HttpError(404, 'unknown_entity', `no entity '${name}'`);
    if (rest.length > 0) throw new HttpError(404, 'not_found', 'no such path');
    try {
      if (id === undefined) await this.#collection(request, response, entity, url.searchParams);
      else await this.#row(request, response, entity, id);
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  }

  async #collection(
    request: IncomingMessage,
    response: ServerResponse,
    entity: Entity,
    search: URLSearchParams,
  ): Promise<void> {
    if (request.method === 'POST') {
      const body = await readBody(request, MAX_BODY);
      const columns = writableColumns(entity, body, [entity.idColumn]);
      const names = columns.join(', ');
      const [created] = await this.#write(
        request,
        entity,
        columns.length === 0
          ? `insert into ${entity.table} as t default values returning to_jsonb(t)::text as row`
          : `insert into ${entity.table} as t (${names})
             select ${names} from jsonb_populate_record(null::${entity.table}, $1::text::jsonb)
             returning to_jsonb(t)::text as row`,
        columns.length === 0 ? [] : [body],
      );
      return sendJson(response, 201, `{"data":${created?.row}}`);
    }
    if (request.method !== 'GET') throw methodNotAllowed('GET, POST');
    const { sql, params, offset } = listQuery(entity, search);
    const rows = await this.#database.query<RowResult & { total: string }>(sql, params);
    const data = rows.map(({ row }) => row).join(',');
    const total = rows[0]?.total ?? (offset === 0 ? 0 : undefined);
    const count = total === undefined ? '' : `,"count":${total}`;
    sendTagged(request, response, `{"data":[${data}]${count}}`);
  }

  async #row(
    request: IncomingMessage,
    response: ServerResponse,
    entity: Entity,
    id: string,
  ): Promise<void> {
    const kind = entity.columns.get(entity.idColumn) ?? 'text';
    if (scalarOfText(kind, id) === undefined || (kind === 'bigint' && !/^-?\d+$/.test(id))) {
      throw new HttpError(400, 'bad_id', `'${id}' is no id of ${entity.name}`);
    }
    const isThis = (param: string) => `t.${entity.idColumn} = ${param}::text::${kind}`;
    const single = (rows: readonly RowResult[]): string => {
      if (!rows[0]) throw new HttpError(404, 'not_found', `${entity.name} has no row '${id}'`);
      return `{"data":${rows[0].row}}`;
    };
    switch (request.method) {
      case 'GET': {
        const sql = `select to_jsonb(t)::text as row from ${entity.table} t where ${isThis('$1')}`;
        return sendTagged(request, response, single(await this.#database.query(sql, [id])));
      }
      case 'PATCH': {
        const body = await readBody(request, MAX_BODY);
        const columns = writableColumns(entity, body, []);
        if (columns.length === 0) throw new HttpError(400, 'bad_column', 'nothing to change');
        const sets = columns.map((column) => `${column} = r.${column}`).join(', ');
        const sql = `update ${entity.table} t set ${sets}
          from jsonb_populate_record(null::${entity.table}, $1::text::jsonb) r
          where ${isThis('$2')} returning to_jsonb(t)::text as row`;
        return sendJson(response, 200, single(await this.#write(request, entity, sql, [body, id])));
      }
      case 'DELETE': {
        const sql = `delete from ${entity.table} t where ${isThis('$1')}
          returning to_jsonb(t)::text as row`;
        return sendJson(response, 200, single(await this.#write(request, entity, sql, [id])));
      }
      default:
        throw methodNotAllowed('GET, PATCH, DELETE');
    }
  }

  /**
   * In a transaction that knows the client's mutation id: the outbox trigger picks it up. A client
   * that did not hear the answer sends the same again; it is answered as before.
   */
  #write(
    request: IncomingMessage,
    entity: Entity,
    sql: string,
    params: readonly Param[],
  ): Promise<RowResult[]> {
    const mutation = mutationOf(request);
    return this.#database.transaction(async (transaction) => {
      if (mutation === undefined) return transaction.query<RowResult>(sql, params);
      // The lock of the outbox: of two such requests at once, the second finds the first's row.
      await transaction.query(
        "select pg_advisory_xact_lock(7240902), set_config('tidemark.mutation', $1::text, true)",
        [mutation],
      );
      const before = await transaction.query<RowResult>(
        `select row::text as row from outbox
         where mutation = $1::text and entity = $2::text order by seq limit 1`,
        [mutation, entity.table],
      );
      return before.length > 0 ? before : transaction.query<RowResult>(sql, params);
    });
  }
}

function mutationOf(request: IncomingMessage): string | undefined {
  const header = request.headers['tidemark-mutation'];
  if (header === undefined || header === '') return undefined;
  if (typeof header !== 'string' || !/^[\x20-\x7e]{1,128}$/.test(header)) {
    const message = 'Tidemark-Mutation is at most 128 ASCII characters';
    throw new HttpError(400, 'bad_mutation', message);
  }
  return header;
}

/** The body's members, each checked against the entity's columns: they become part of the SQL. */
function writableColumns(entity: Entity, body: string, alsoAllowed: readonly string[]): string[] {
  const columns = Object.keys(parseObject(body));
  for (const column of columns) {
    const isId = column === entity.idColumn;
    if (!entity.columns.has(column)) {
      throw new HttpError(400, 'bad_column', `${entity.name} has no column '${column}'`);
    }
    if (STAMPED_COLUMNS.includes(column) || (isId && !alsoAllowed.includes(column))) {
      throw new HttpError(400, 'bad_column', `'${column}' cannot be written`);
    }
  }
  return columns;
}

/** What the database had against the values of a request, or undefined for any other failure. */
function refusalOf(error: unknown): HttpError | undefined {
  const state = sqlState(error);
  const message = error instanceof Error ? error.message : String(error);
  if (state === '23505') return new HttpError(409, 'conflict', message);
  if (state?.startsWith('22') || state?.startsWith('23')) {
    return new HttpError(400, 'bad_value', message);
  }
  return undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new HttpError(400, 'bad_path', 'the path is not valid UTF-8');
  }
}

/** A poll that finds nothing new costs a few bytes. */
function sendTagged(request: IncomingMessage, response: ServerResponse, json: string): void {
  const etag = `"${createHash('sha256').update(json).digest('base64url').slice(0, 27)}"`;
  const known = (request.headers['if-none-match'] ?? '').split(',').map((each) => each.trim());
  if (known.includes(etag) || known.includes(`W/${etag}`)) {
    response.writeHead(304, { etag, 'cache-control': 'no-cache' }).end();
  } else {
    sendJson(response, 200, json, { etag });
  }
}
