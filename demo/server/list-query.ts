import type { Param } from './database.ts';
import type { Entity } from './entities.ts';
import { Filter, FilterError } from './filter.ts';
import { HttpError } from './http.ts';

const MAX_ROWS = 10_000;

export interface ListQuery {
  sql: string;
  params: Param[];
  offset: number;
}

/**
 * `column=op.value` (a column may stand several times), `filter=` in the protocol's own grammar,
 * `order=column.desc.nullslast,column`, `limit=` and `offset=`. Gives rows `{row, total}`.
 *
 * @throws HttpError 400
 */
export function listQuery(entity: Entity, search: URLSearchParams): ListQuery {
  const params: Param[] = [];
  const conditions: string[] = [];
  let order = '';
  const most = entity.maxRows ?? MAX_ROWS;
  let limit = most;
  let offset = 0;
  try {
    for (const [name, value] of search) {
      if (name === 'order') order = value;
      else if (name === 'limit') limit = Math.min(parseCount(name, value), most);
      else if (name === 'offset') offset = parseCount(name, value);
      else if (name === 'filter') conditions.push(Filter.parse(entity, value).toSql(params));
      else conditions.push(Filter.all(entity, [`${name}=${value}`]).toSql(params));
    }
  } catch (error) {
    if (error instanceof FilterError) throw new HttpError(400, 'bad_filter', error.message);
    throw error;
  }
  const where = conditions.length === 0 ? 'true' : conditions.join(' and ');
  return {
    // The total next to each row: one statement, so that both are of the same moment. A page
    // beyond the last row tells none.
    sql: `select to_jsonb(t)::text as row, (count(*) over ())::text as total
          from ${entity.table} t where ${where}
          order by ${orderSql(entity, order)} limit ${limit} offset ${offset}`,
    params,
    offset,
  };
}

function parseCount(name: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new HttpError(400, `bad_${name}`, `${name} is a whole number`);
}

function orderSql(entity: Entity, text: string): string {
  const parts = text === '' ? [] : text.split(',');
  const terms = parts.map((part) => {
    const [, column = '', direction = 'asc', nulls] =
      /^(\w+)(?:\.(asc|desc))?(?:\.nulls(first|last))?$/.exec(part) ?? [];
    const kind = entity.columns.get(column);
    if (!kind || kind === 'json') {
      throw new HttpError(400, 'bad_order', `cannot order by '${part}'`);
    }
    // "C" orders as clients do: by code points, the same on every machine.
    const collation = kind === 'text' ? ' collate "C"' : '';
    return `t.${column}${collation} ${direction}${nulls ? ` nulls ${nulls}` : ''}`;
  });
  return [...terms, `t.${entity.idColumn}`].join(', ');
}
