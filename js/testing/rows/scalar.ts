/** How a column's values compare. */
export type Kind = 'bigint' | 'numeric' | 'text' | 'boolean' | 'timestamptz' | 'uuid' | 'json';

/** A value that compares with others of its column: exact, whatever its number of digits. */
export type Scalar = string | boolean | bigint;

// Postgres has 16,383 digits after the point; a filter needs none of that, and a number with a
// huge exponent would take for ever to write out.
const SCALE = 40;
const NUMBER = /^(-?)(\d{1,400})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/;
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

function scalarOfNumber(text: string): bigint | undefined {
  const parts = NUMBER.exec(text);
  if (!parts) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const shift = SCALE + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  return sign ? -scaled : scaled;
}

function scalarOfTimestamp(text: string): bigint | undefined {
  const parts = TIMESTAMP.exec(text);
  if (!parts) return undefined;
  const [, date, time = '00:00', seconds = '00', fraction = '', zone = 'Z'] = parts;
  const offset = zone.length === 3 ? `${zone}:00` : zone.replace(/^(...)(\d\d)$/, '$1:$2');
  const milliseconds = Date.parse(`${date}T${time}:${seconds}${offset}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return BigInt(milliseconds) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

/** What a filter's text means for a column of this kind; undefined when it cannot be one. */
export function scalarOfText(kind: Kind, text: string): Scalar | undefined {
  switch (kind) {
    case 'bigint':
    case 'numeric':
      return scalarOfNumber(text);
    case 'timestamptz':
      return scalarOfTimestamp(text);
    case 'uuid':
      return UUID.test(text) ? text.toLowerCase() : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'text':
      return text.includes('\0') ? undefined : text;
    case 'json':
      return undefined;
  }
}

/** What a row's raw JSON holds; undefined for null. */
export function scalarOfJson(kind: Kind, json: string | undefined): Scalar | undefined {
  if (json === undefined || json === 'null') return undefined;
  const text = json.startsWith('"') ? (JSON.parse(json) as string) : json;
  return scalarOfText(kind, text);
}

/** As Postgres compares with collation "C", which is by code points. */
export function compareScalars(a: Scalar, b: Scalar): number {
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareTexts(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return Math.sign(rankOf(left) - rankOf(right));
  }
  return Math.sign(a.length - b.length);
}

/** Halves of a pair stand for code points above all others, but their units do not. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
