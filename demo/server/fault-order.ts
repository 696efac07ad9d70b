import { HttpError, parseObject } from './http.ts';
import type { Transport } from './links.ts';
import type { FrameFaults } from './rough-way.ts';
import type { SaveFaults } from './save-faults.ts';

const TRANSPORTS: readonly Transport[] = ['websocket', 'sse'];
const LONGEST_MS = 60_000;
const LONGEST_RETRY_S = 3600;
const MOST_FAILURES = 1000;

/** What `POST /demo/faults` asks for. */
export interface FaultOrder {
  /** Which pages, by the `client` of their URLs; empty means those that gave none. */
  client: string;
  /** Their links end as with a broken network. */
  cut: boolean;
  /** From now on these are refused and those that are open end; `undefined` leaves it as it is. */
  block: ReadonlySet<Transport> | undefined;
  /** `Retry-After` of such a refusal, in seconds; 0: it has none. */
  retryAfter: number;
  /** `null` ends them; `undefined` leaves them as they are. */
  frames: (FrameFaults & { forMs: number }) | null | undefined;
  /** What becomes of its next writes; `undefined` leaves it as it is. */
  saves: SaveFaults | undefined;
}

/** @throws HttpError 400 */
export function parseFaultOrder(body: string): FaultOrder {
  const { client = '', cut = false, block, retryAfter, frames, saves } = parseObject(body);
  if (typeof client !== 'string' || client.length > 128) {
    throw badFault('client must be a text of at most 128 characters');
  }
  if (typeof cut !== 'boolean') throw badFault('cut must be a boolean');
  return {
    client,
    cut,
    block: block === undefined ? undefined : transportsOf(block),
    retryAfter: numberOf('retryAfter', retryAfter, 0, LONGEST_RETRY_S),
    frames: frames === undefined || frames === null ? frames : frameFaultsOf(frames),
    saves: saves === undefined ? undefined : saveFaultsOf(saves),
  };
}

function transportsOf(value: unknown): ReadonlySet<Transport> {
  const isTransport = (each: unknown): each is Transport => TRANSPORTS.includes(each as Transport);
  if (!Array.isArray(value) || !value.every(isTransport)) {
    throw badFault(`block must be a list of ${TRANSPORTS.join(', ')}`);
  }
  return new Set(value);
}

function frameFaultsOf(value: unknown): FrameFaults & { forMs: number } {
  const fields = membersOf('frames', value);
  const share = (name: string) => numberOf(name, fields[name], 0, 1);
  const { hold = false } = fields;
  if (typeof hold !== 'boolean') throw badFault('hold must be a boolean');
  const forMs = numberOf('forMs', fields.forMs, LONGEST_MS, LONGEST_MS);
  return {
    drop: share('drop'),
    duplicate: share('duplicate'),
    reorder: share('reorder'),
    delayMs: numberOf('delayMs', fields.delayMs, 0, LONGEST_MS),
    seed: numberOf('seed', fields.seed, 1, 0xffffffff),
    forMs,
    // A link that stands still, and then says everything at once.
    ...(hold ? { heldUntil: Date.now() + forMs } : {}),
  };
}

function saveFaultsOf(value: unknown): SaveFaults {
  const { fail, delayMs } = membersOf('saves', value);
  return {
    fail: Math.floor(numberOf('fail', fail, 0, MOST_FAILURES)),
    delayMs: numberOf('delayMs', delayMs, 0, LONGEST_MS),
  };
}

function membersOf(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw badFault(`${name} must be an object`);
  return value as Record<string, unknown>;
}

function numberOf(name: string, value: unknown, usual: number, most: number): number {
  if (value === undefined) return usual;
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  throw badFault(`${name} must be a number from 0 to ${most}`);
}

function badFault(message: string): HttpError {
  return new HttpError(400, 'bad_fault', message);
}
