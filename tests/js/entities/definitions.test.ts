import { describe, expect, it } from 'vitest';
import { defaultEntities, findEntity } from '../../../js/entities/definitions.ts';

describe('findEntity', () => {
  it.each([
    ['projects', 'projects', ['projects', 'list'], ['projects', 'detail']],
    [
      'applications',
      'volunteer_applications',
      ['applications', 'list'],
      ['applications', 'detail'],
    ],
    ['volunteers', 'volunteers', ['volunteers', 'list'], ['volunteers', 'detail']],
    ['payments', 'payment_approvals', ['payments', 'list'], ['payments', 'detail']],
    ['organizations', 'ngos', ['organizations', 'list'], ['organizations', 'detail']],
    ['admin_users', 'users', ['admin', 'users', 'list'], ['admin', 'users', 'detail']],
    ['vetting_queue', 'vetting_queue', ['admin', 'vetting', 'list'], undefined],
  ])('knows %s by name and as table %s', (name, table, list, detail) => {
    const found = findEntity(defaultEntities, name);
    expect(findEntity(defaultEntities, table)).toBe(found);
    expect(found.queryKeys.list).toEqual(list);
    expect(found.queryKeys.detail).toEqual(detail);
  });

  it('lists the known ones when there is none of that name', () => {
    expect(() => findEntity(defaultEntities, 'project')).toThrow(
      expect.objectContaining({
        code: 'unknown_entity',
        message: expect.stringContaining('organizations (table ngos)'),
      }),
    );
  });
});
