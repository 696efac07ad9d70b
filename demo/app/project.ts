export const STATUSES = ['draft', 'active', 'completed'] as const;

/** A row of the table `projects`. */
export interface Project {
  readonly id: number;
  readonly name: string;
  readonly status: (typeof STATUSES)[number];
  readonly city: string;
  readonly budget: number;
  readonly version: number;
}
