import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultEntities } from '../../../js/entities.ts';

const read = (path: string) => readFileSync(path, 'utf8');
const adding = read('docs/adding-an-entity.md');
const example = ['tasks.ts', 'tasks.test.tsx'].map((file) =>
  read(`tests/js/entities/example/${file}`),
);

describe('docs/adding-an-entity.md', () => {
  it('shows the declaration and the test that are run', () => {
    const blocks = [...adding.matchAll(/^```tsx?\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
    expect(blocks.slice(0, 2)).toEqual(example);
  });

  it('needs less than 30 lines for both', () => {
    expect(example.join('').trimEnd().split('\n').length).toBeLessThan(30);
  });
});

describe('docs/seed.md', () => {
  it('names files that exist', () => {
    const named = [...read('docs/seed.md').matchAll(/`((?:src|js|tests|docs|demo)\/[^` ]+)`/g)];
    const files = named.map(([, file]) => file as string);
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
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
