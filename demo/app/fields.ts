import type { Filters } from 'tidemark/entities';
import type { Column, FilterControl, Row } from './page.ts';

/** A field as a form has it: a checkbox's is a boolean. */
export type FieldText = string | boolean;

/** What a form shows for a value. */
export function textOf({ kind }: Column, value: unknown): FieldText {
  if (kind === 'flag') return value === true;
  if (Array.isArray(value)) return value.join(', ');
  return value === null || value === undefined ? '' : String(value);
}

/** The value that a form's text stands for. */
export function parsedOf({ kind }: Column, text: FieldText): unknown {
  if (typeof text === 'boolean') return text;
  if (kind === 'tags') {
    return text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '');
  }
  if (kind === 'number' || kind === 'amount') return text === '' ? null : Number(text);
  return text;
}

/** What a form starts with for a row that is not there yet. */
export function initialText({ kind, choices, initial }: Column): FieldText {
  if (kind === 'flag') return true;
  if (initial !== undefined) return String(initial);
  return choices?.[0] ?? (kind === 'number' || kind === 'amount' ? '0' : '');
}

export type FilterTexts = Readonly<Record<string, string>>;

/** Rows that the filter controls let pass; an empty control lets all. */
export function filtersOf(controls: readonly FilterControl[], texts: FilterTexts): Filters<Row> {
  const filters: Record<string, unknown> = {};
  for (const control of controls) {
    const text = texts[control.field] ?? '';
    if (text !== '') filters[control.field] = comparison(control, text);
  }
  return filters as Filters<Row>;
}

function comparison({ kind }: FilterControl, text: string): unknown {
  switch (kind) {
    case 'choice':
      return text;
    case 'flag':
      return text === 'yes';
    case 'number':
      return Number(text);
    case 'search':
      // Those that mean something in a pattern stand for themselves.
      return { ilike: `%${text.replace(/[\\%_*]/g, '\\$&')}%` };
  }
}
