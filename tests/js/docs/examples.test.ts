import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blocksOf, pages, read, shownBy } from './pages.ts';

const blocks = pages.flatMap(blocksOf);
const shown = blocks.filter(({ source }) => source !== '');

/** Pages that also show calls by themselves, too short to be programs. */
const WITH_FRAGMENTS = new Set([
  'README.md',
  'docs/adding-an-entity.md',
  'docs/devtools.md',
  'docs/entities.md',
  'docs/installing.md',
  'docs/optimistic-edits.md',
  'docs/servers.md',
  'docs/workers.md',
  'docs/your-own-server.md',
]);
const PROGRAMS = /^(tsx?|jsx?|mjs)$/;

describe('the code in the guides', () => {
  it.each(shown.map((block) => [`${block.page}: ${block.source}`, block] as const))(
    'is what is run, in %s',
    (_, { source, code }) => {
      expect(code).toBe(shownBy(source));
    },
  );

  it('is the code of a file, wherever it is a program', () => {
    const loose = blocks.filter(
      ({ page, language, source }) =>
        PROGRAMS.test(language) && source === '' && !WITH_FRAGMENTS.has(page),
    );
    expect(loose.map(({ page, code }) => `${page}: ${code.slice(0, 60)}`)).toEqual([]);
  });

  it('is run: a test names its file, or the folder of a whole page', () => {
    const tests = (readdirSync('tests', { recursive: true }) as string[])
      .filter((file) => !file.includes('node_modules') && /\.(test|spec)\.tsx?$/.test(file))
      .map((file) => [`tests/${file}`, read(`tests/${file}`)] as const);
    const isRun = (source: string): boolean => {
      const path = (source.split('#')[0] as string).split('/');
      const [folder, file] = path.slice(-2) as [string, string];
      const name = file.replace(/\.\w+$/, '');
      const isNamed = new RegExp(`\\bexamples/${folder}\\b|['/]${name}(\\.\\w+)?'`);
      return tests.some(([test, text]) => test === path.join('/') || isNamed.test(text));
    };
    expect(shown.filter(({ source }) => !isRun(source)).map(({ source }) => source)).toEqual([]);
  });

  it.each(['docs/examples', 'tests/js/testing/example'])('is all that lies in %s', (folder) => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'index.html')
      .map((entry) => `${entry.parentPath}/${entry.name}`);
    const named = new Set([
      ...shown.map(({ source }) => source.split('#')[0]),
      // By a link: as long as a page.
      ...pages.flatMap((page) =>
        [...read(page).matchAll(/\]\((examples\/[^)]+)\)/g)].map(([, file]) => `docs/${file}`),
      ),
    ]);
    expect(files.filter((file) => !named.has(file))).toEqual([]);
  });
});
