import type { EntityHooks, EntityQueryResult, Filters } from 'tidemark/entities';

/** A row of any entity. */
export type Row = Readonly<Record<string, unknown>> & {
  readonly id: string | number;
  readonly version: number;
};

export type ColumnKind =
  | 'id'
  | 'name'
  | 'text'
  | 'choice'
  | 'tags'
  | 'flag'
  | 'number'
  | 'amount'
  | 'time'
  | 'version';

export interface Column<R = Row> {
  readonly field: keyof R & string;
  readonly label: string;
  readonly kind: ColumnKind;
  /** May be edited; with `choices` it has one of them. */
  readonly isEditable?: boolean;
  readonly choices?: readonly string[];
  /** Of a new row. */
  readonly initial?: string | number;
}

export interface FilterControl<R = Row> {
  readonly field: keyof R & string;
  readonly label: string;
  /** `search` finds part of a text, `number` what is equal. Others choose one of `choices`. */
  readonly kind: 'choice' | 'search' | 'number' | 'flag';
  readonly choices?: readonly string[];
  /** Without one it lets everything pass. */
  readonly initial?: string;
}

/** An entity's page, as data. */
export interface EntityPage<R = Row> {
  /** Behind `#/` in the address. */
  readonly path: string;
  readonly title: string;
  /** What one row is called. */
  readonly noun: string;
  /** By its name in the definitions. */
  readonly entity: string;
  /** The column of kind `name` opens the row's form. */
  readonly columns: ReadonlyArray<Column<R>>;
  readonly filters: ReadonlyArray<FilterControl<R>>;
  readonly useRows: (filters: Filters<R>) => EntityQueryResult<R[]>;
  readonly useCreate: EntityHooks<R>['useCreate'];
  readonly useUpdate: EntityHooks<R>['useUpdate'];
  readonly useDelete: EntityHooks<R>['useDelete'];
}

/** Checks a page against its entity's rows; from then on it is any page. */
export function definePage<R extends object>(page: EntityPage<R>): EntityPage {
  return page as unknown as EntityPage;
}
