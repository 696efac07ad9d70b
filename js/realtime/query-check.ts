import { TidemarkError } from '../core/errors.ts';

const OPERATORS = 'eq, neq, gt, gte, lt, lte, isdistinct, in, is, like, ilike, match, imatch'.split(
  ', ',
);

const GROUP = /^(?:not\.)?(?:and|or)=\(.*\)$/s;
const CONDITION = /^(?:"(?:[^"\\]|\\.)*"|[^="(),])+=(?:not\.)?(\w+)\./s;

/**
 * Finds at the call what cannot be a filter at all. Whether it is one, the core says.
 *
 * @throws TidemarkError `bad_filter` that names what is read and the known operators
 */
export function checkFilter(filter: string | undefined, option: string): void {
  if (filter === undefined || filter === '') return;
  for (const term of termsOf(filter)) {
    if (GROUP.test(term)) continue;
    const operator = CONDITION.exec(term)?.[1];
    if (operator !== undefined && OPERATORS.includes(operator)) continue;
    const known = OPERATORS.join(', ');
    throw new TidemarkError(
      'bad_filter',
      `'${term}' in ${option} is not column=operator.value; known operators are ${known}`,
    );
  }
}

/** @throws TidemarkError `bad_option` when `value` is no number of rows */
export function checkRows(option: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  const found = typeof value === 'number' ? value : typeof value;
  throw new TidemarkError(
    'bad_option',
    `${option} must be a whole number of rows from ${least}, not ${found}`,
  );
}

/** Cut at the commas that are in no quotes and no list. Rather too few cuts than too many. */
function termsOf(filter: string): string[] {
  const terms: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < filter.length; i++) {
    const letter = filter[i];
    if (letter === '"') {
      for (i++; i < filter.length && filter[i] !== '"'; i++) if (filter[i] === '\\') i++;
    } else if (letter === '(') depth++;
    else if (letter === ')') depth--;
    else if (letter === ',' && depth <= 0) {
      terms.push(filter.slice(start, i));
      start = i + 1;
    }
  }
  return [...terms, filter.slice(start)];
}
