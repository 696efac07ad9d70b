import { expect, it } from 'vitest';
import type { Change } from '../../demo/server/change.ts';
import { type Entity, findEntity } from '../../demo/server/entities.ts';
import { Filter } from '../../demo/server/filter.ts';
import { Interests } from '../../demo/server/interests.ts';

const entity = findEntity('applications') as Entity;
const VOLUNTEER = '00000000-0000-4000-8000-00000000000a';
const FILTERS = [
  '',
  'project_id=eq.1',
  'project_id=eq.2',
  // The same number in another writing, which a look-up by text would miss.
  'project_id=eq.01',
  'project_id=eq.1.0',
  'project_id=not.eq.1',
  'project_id=in.(1,2)',
  'status=eq.pending',
  'status=eq.pending,project_id=eq.2',
  'project_id=gt.1,status=eq.accepted',
  'or=(project_id.eq.1,status.eq.accepted)',
  `volunteer_id=eq.${VOLUNTEER}`,
  `volunteer_id=eq.${VOLUNTEER.toUpperCase()}`,
  'message=eq.null',
  'message=is.null',
  'message=eq."a ""quoted"" word"'.replaceAll('""', '\\"'),
];

let seq = 0;
function change(project: number, status: string, message: string | null, old?: Change): Change {
  const row = JSON.stringify({
    id: 1,
    project_id: project,
    status,
    message,
    volunteer_id: VOLUNTEER,
  });
  const action = old ? 'update' : 'insert';
  const table = entity.table;
  return { seq: ++seq, table, action, row, old: old?.row ?? null, mutation: null, committedAt: '' };
}

const first = change(1, 'pending', 'null');
const second = change(2, 'accepted', 'a "quoted" word', first);
const third = change(2, 'pending', null, second);
const emptied: Change = { ...first, action: 'truncate', row: null, old: null };

it('finds by the row the same as a look at every filter', () => {
  const interests = new Interests<string>();
  for (const text of FILTERS) interests.add(text, Filter.parse(entity, text), text);
  for (const each of [first, second, third]) {
    const wanted = FILTERS.filter((text) => {
      const filter = Filter.parse(entity, text);
      return filter.matches(each.row as string) || (each.old !== null && filter.matches(each.old));
    });
    expect(wanted.length).toBeGreaterThan(4);
    expect([...interests.concernedBy(each)].sort()).toEqual(wanted.sort());
  }
  expect([...interests.concernedBy(emptied)].sort()).toEqual([...FILTERS].sort());
});

it('tells nobody who has left, and the others of the same filter still', () => {
  const interests = new Interests<string>();
  const filter = Filter.parse(entity, 'project_id=eq.1');
  const leaveFirst = interests.add('project_id=eq.1', filter, 'first');
  const leaveSecond = interests.add('project_id=eq.1', filter, 'second');
  leaveFirst();
  leaveFirst();
  expect([...interests.concernedBy(first)]).toEqual(['second']);
  leaveSecond();
  expect([...interests.concernedBy(first)]).toEqual([]);
  interests.add('project_id=eq.1', filter, 'third');
  leaveSecond();
  expect([...interests.concernedBy(first)]).toEqual(['third']);
});
