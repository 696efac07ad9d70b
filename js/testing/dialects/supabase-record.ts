import type { RowChange } from '../feed.ts';
import { rawMembers } from '../rows/raw-row.ts';
import type { Column } from '../tables.ts';

const TYPES = { insert: 'INSERT', update: 'UPDATE', delete: 'DELETE' } as const;
/** Of a record that is too large only values up to this are sent. */
const MAX_SMALL_VALUE = 64;
const TOO_LARGE = 'Error 413: Payload Too Large';

export type ChangeType = (typeof TYPES)[keyof typeof TYPES];

export interface RecordOptions {
  keys: readonly string[];
  /** Undefined: they are guessed. */
  columns: readonly Column[] | undefined;
  /** Deleted rows are told by their key alone, as row-level security wants it. */
  rowSecurity: boolean;
  /** What is known of a row as it was: all of it, or its key. */
  replicaIdentity: 'full' | 'key';
  maxRecordBytes: number;
  /** The key is among them, asked for or not. Undefined: every column. */
  select: readonly string[] | undefined;
}

export function typeOf(change: RowChange): ChangeType {
  return TYPES[change.action];
}

/** The row that a subscription's filter is asked about: the new one where there is one. */
export function filteredRow(change: RowChange, options: RecordOptions): string {
  return change.action === 'delete' ? oldRow(change, options) : change.row;
}

/** `data` of a `postgres_changes` message. */
export function dataText(change: RowChange, schema: string, options: RecordOptions): string {
  const { select, maxRecordBytes } = options;
  const isTooLarge = isLarger(change.row + (change.old ?? ''), maxRecordBytes);
  const shown = ({ name, value }: Member): boolean =>
    (select === undefined || select.includes(name) || options.keys.includes(name)) &&
    !(isTooLarge && isLarger(value, MAX_SMALL_VALUE));
  const isWhole = select === undefined && !isTooLarge;
  const write = (row: string): string => (isWhole ? row : pick(row, shown));
  const head = {
    schema,
    table: change.table,
    commit_timestamp: change.committedAt,
    type: typeOf(change),
    columns: (options.columns ?? guessColumns(change.row)).filter(
      ({ name }) => select === undefined || select.includes(name) || options.keys.includes(name),
    ),
    errors: isTooLarge ? [TOO_LARGE] : null,
  };
  // An insert has no old record and a delete no new one: the members are missing then.
  const record = change.action === 'delete' ? '' : `,"record":${write(change.row)}`;
  const oldRecord =
    change.action === 'insert' ? '' : `,"old_record":${write(shownOldRow(change, options))}`;
  return `${JSON.stringify(head).slice(0, -1)}${record}${oldRecord}}`;
}

function oldRow(change: RowChange, { replicaIdentity, keys }: RecordOptions): string {
  const row = change.action === 'delete' ? change.row : (change.old ?? '{}');
  return replicaIdentity === 'full' ? row : keyOf(row, keys);
}

function shownOldRow(change: RowChange, options: RecordOptions): string {
  const row = oldRow(change, options);
  return change.action === 'delete' && options.rowSecurity ? keyOf(row, options.keys) : row;
}

function keyOf(row: string, keys: readonly string[]): string {
  return pick(row, ({ name }) => keys.includes(name));
}

interface Member {
  name: string;
  /** JSON text */
  value: string;
}

function pick(row: string, wanted: (member: Member) => boolean): string {
  const members: string[] = [];
  for (const [name, value] of rawMembers(row)) {
    if (wanted({ name, value })) members.push(`${JSON.stringify(name)}:${value}`);
  }
  return `{${members.join(',')}}`;
}

function guessColumns(row: string): Column[] {
  return Array.from(rawMembers(row), ([name, value]) => ({ name, type: guessType(value) }));
}

function guessType(json: string): string {
  if (json.startsWith('"')) return 'text';
  if (json === 'true' || json === 'false') return 'bool';
  if (json.startsWith('{') || json.startsWith('[')) return 'jsonb';
  return /^-?\d+$/.test(json) ? 'int8' : json === 'null' ? 'text' : 'numeric';
}

/** In bytes. Each unit of a text is one to three of them, so most texts need no count. */
function isLarger(text: string, limit: number): boolean {
  return text.length * 3 > limit && new TextEncoder().encode(text).length > limit;
}
