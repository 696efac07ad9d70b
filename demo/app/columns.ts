import type { Column } from './page.ts';

interface Identified {
  id: string | number;
  version: number;
}

/** The first and the last column of every table. */
export const idColumn: Column<Identified> = { field: 'id', label: 'Id', kind: 'id' };
export const versionColumn: Column<Identified> = {
  field: 'version',
  label: 'Version',
  kind: 'version',
};

/** A column of which the user chooses one value. */
export function choiceColumn<Field extends string>(
  field: Field,
  label: string,
  choices: readonly string[],
) {
  return { field, label, kind: 'choice', isEditable: true, choices } as const;
}
