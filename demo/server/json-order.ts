import { isDeepStrictEqual } from 'node:util';
import { compareScalars, scalarOfText } from '../../js/testing/rows/scalar.ts';

/** As Postgres sorts jsonb. */
const RANKS = ['null', 'string', 'number', 'boolean', 'array', 'object'] as const;

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return text === text.trim();
  } catch {
    return false;
  }
}

export function isScalarJson(text: string): boolean {
  return !/^[[{]/.test(text);
}

/** Two raw JSON values; arrays and objects of the same kind only for being equal. */
export function compareJson(a: string, b: string): number {
  const [x, y] = [kindOf(a), kindOf(b)];
  if (x !== y) {
    // Postgres keeps a lone scalar as an array of one, so an empty array comes before it.
    if (isEmptyArray(a) && y !== 'object') return -1;
    if (isEmptyArray(b) && x !== 'object') return 1;
    return RANKS.indexOf(x) - RANKS.indexOf(y);
  }
  switch (x) {
    case 'null':
      return 0;
    case 'number':
      return compareScalars(scalarOfText('numeric', a) ?? 0n, scalarOfText('numeric', b) ?? 0n);
    case 'string':
      return compareScalars(JSON.parse(a), JSON.parse(b));
    case 'boolean':
      return compareScalars(a === 'true', b === 'true');
    default:
      return isDeepStrictEqual(JSON.parse(a), JSON.parse(b)) ? 0 : 1;
  }
}

function isEmptyArray(json: string): boolean {
  return /^\[\s*\]$/.test(json);
}

function kindOf(json: string): (typeof RANKS)[number] {
  switch (json[0]) {
    case '{':
      return 'object';
    case '[':
      return 'array';
    case '"':
      return 'string';
    case 't':
    case 'f':
      return 'boolean';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
}
