import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, read } from './pages.ts';

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '');

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replace(/ /g, '-');

const anchorsOf = (page: string): string[] =>
  [...withoutCode(read(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(`${heading}`));

describe('the pages', () => {
  const reference = readdirSync('docs/api').map((file) => `docs/api/${file}`);
  it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', ...pages, ...reference])(
    '%s links to what is there',
    (page) => {
      const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link]) => link as string)
        .filter((link) => !/^[a-z]+:/.test(link));
      const broken = links.filter((link) => {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : join(dirname(page), path);
        if (!existsSync(target)) return true;
        return (
          anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor)
        );
      });
      expect(broken).toEqual([]);
    },
  );

  it('are all in the index', () => {
    const index = read('docs/README.md');
    const guides = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
    expect(guides.filter((page) => !index.includes(`](${page.slice('docs/'.length)})`))).toEqual(
      [],
    );
  });
});
