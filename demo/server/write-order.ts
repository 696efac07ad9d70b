import { HttpError, parseObject } from './http.ts';
import { WRITTEN_TABLES, type WriteOrder, type WrittenTable } from './writer.ts';

const HIGHEST_RATE = 5000;
const LONGEST_MS = 120_000;
const LONGEST_OUTAGE_MS = 15_000;

/** What `POST /demo/writes` asks for. @throws HttpError 400 */
export function parseWriteOrder(body: string): WriteOrder {
  const { table, rate, forMs } = parseObject(body);
  if (!WRITTEN_TABLES.includes(table as WrittenTable)) {
    throw badOrder(`table must be one of ${WRITTEN_TABLES.join(', ')}`);
  }
  return {
    table: table as WrittenTable,
    rate: numberOf('rate', rate, HIGHEST_RATE),
    forMs: numberOf('forMs', forMs, LONGEST_MS),
  };
}

/** For how long `POST /demo/outage` wants nobody to be answered. @throws HttpError 400 */
export function parseOutageMs(body: string): number {
  return numberOf('forMs', parseObject(body).forMs, LONGEST_OUTAGE_MS);
}

function numberOf(name: string, value: unknown, most: number): number {
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  throw badOrder(`${name} must be a number from 0 to ${most}`);
}

function badOrder(message: string): HttpError {
  return new HttpError(400, 'bad_order', message);
}
