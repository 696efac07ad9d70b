import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultEntities } from '../../../js/entities.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const example = ['tasks.ts', 'tasks.test.tsx'].map((file) =>
  read(`tests/js/entities/example/${file}`),
);

describe('docs/adding-an-entity.md', () => {
  it('needs less than 30 lines for both', () => {
    expect(example.join('').trimEnd().split('\n').length).toBeLessThan(30);
  });
});

describe('ARCHITECTURE.md', () => {
  const section = read('ARCHITECTURE.md').split('\n## ').at(-1) as string;
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| asked for'));
  const files = (text = '') =>
    [...text.matchAll(/`((?:src|js|tests|docs|demo)\/[^` ]+)`/g)].map(([, file]) => file as string);

  it('says of all that was asked for where it is and which test holds it', () => {
    expect(section).toMatch(/^What was asked for, and where it is/);
    expect(rows.length).toBeGreaterThan(60);
    const unheld = rows.filter((row) => {
      const [, , where, test] = row.split('|');
      if (where?.startsWith(' **missing**')) return false;
      return (
        files(where).length === 0 ||
        !files(test).some((file) => /\.(spec|test)\.|_test\./.test(file))
      );
    });
    expect(unheld).toEqual([]);
  });

  it('names files that exist', () => {
    expect(files(section).filter((file) => !existsSync(file))).toEqual([]);
  });

  it.each([
    'createWebSocketClient url reconnect reconnectInterval maxReconnectAttempts heartbeatInterval',
    'onConnect onMessage createPollingFallback interval adaptive onUpdate startPolling projectsApi',
    'createRealtimeIntegration websocketUrl enablePollingFallback start',
    'useRealtimeQuery queryKey queryFn realtimeEntity realtimeFilter enableRealtime',
    'data isLoading error useProjects useApplications useVolunteers usePayments useOrganizations',
    'usePlatformStats useVettingQueue REACT_APP_WS_URL REACT_APP_ENABLE_WEBSOCKET',
    'REACT_APP_ENABLE_POLLING_FALLBACK REACT_APP_POLLING_INTERVAL RealtimeEvent type entity action',
    'timestamp id projects volunteer_applications volunteers payment_approvals ngos users',
    'vetting_queue',
  ])('names each option, hook, variable and table: %s', (names) => {
    const written = new Set(section.match(/\w+/g));
    expect(names.split(' ').filter((name) => !written.has(name))).toEqual([]);
  });
});

describe('docs/entities.md', () => {
  const rows = read('docs/entities.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));

  it.each(defaultEntities.map((entity) => [entity.name, entity] as const))(
    'lists %s with its table and its query keys',
    (name, { table, queryKeys }) => {
      const row = rows.find((line) => line.startsWith(`| \`${name}\` | \`${table}\` |`)) ?? '';
      const { list, detail, derived = [] } = queryKeys;
      const written = (key: readonly unknown[], end = '') =>
        `\`[${[...key.map((part) => `'${part}'`), ...(end ? [end] : [])].join(', ')}]\``;
      expect(row).toContain(written(list));
      if (detail) expect(row).toContain(written(detail, 'id'));
      for (const key of derived) expect(row).toContain(written(key));
    },
  );
});
