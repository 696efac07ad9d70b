export const WRITE_KINDS = ['insert', 'update', 'delete', 'burst', 'mix'] as const;
export type WriteKind = (typeof WRITE_KINDS)[number];

const BURST_ROWS = 100;

/** The statement for the `turn`th change: plain SQL, as any other program would write it. */
export function writeSql(kind: WriteKind, turn: number): string {
  switch (kind) {
    case 'insert':
      return `insert into projects (name, status, city, budget, volunteers_needed)
        values ('Written from outside ' || to_char(clock_timestamp(), 'HH24:MI:SS.MS'),
                'active', 'Lahore', round((random() * 10000)::numeric, 2), ${turn % 13})
        returning id, name`;
    case 'update':
      return `update projects set volunteers_needed = volunteers_needed + 1,
          budget = budget + 0.01
        where id = (select id from projects order by random() limit 1)
        returning id, name, volunteers_needed`;
    case 'delete':
      return `delete from projects
        where id = (select id from projects order by random() limit 1) returning id, name`;
    case 'burst':
      return `update projects set volunteers_needed = (volunteers_needed + 1) % 100
        where id in (select id from projects order by random() limit ${BURST_ROWS})
        returning id`;
    case 'mix':
      // More updates than the rest, and never an empty table.
      return writeSql(
        (['insert', 'update', 'update', 'delete', 'update'] as const)[turn % 5] ?? 'update',
        turn,
      );
  }
}
