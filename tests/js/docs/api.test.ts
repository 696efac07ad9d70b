import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apiReference } from '../../../scripts/lib/api/reference.mjs';
import { read } from './pages.ts';

describe('docs/api', () => {
  const made = apiReference();
  const sections = [...made].flatMap(([page, text]) =>
    text
      .split('\n### ')
      .slice(1)
      .map((section) => {
        const [name = '', ...lines] = (section.split('\n## ')[0] as string).split('\n');
        return { name: `${page}: ${name}`, body: lines.join('\n') };
      }),
  );

  it('is what `npm run docs` makes of the docstrings', () => {
    expect(readdirSync('docs/api').sort()).toEqual([...made.keys()].sort());
    for (const [page, text] of made) expect(read(`docs/api/${page}`)).toBe(text);
  });

  it('says of every export what it is', () => {
    expect(sections.length).toBeGreaterThan(80);
    const mute = sections.filter(
      ({ body }) =>
        body
          .replace(/```[\s\S]*?```/g, '')
          .replace(/^(\||And the members of ).*$/gm, '')
          .trim() === '',
    );
    expect(mute.map(({ name }) => name)).toEqual([]);
  });

  it('says of every option what it does', () => {
    const options = sections.filter(({ name }) => /(Options|Config|Source|Definition)$/.test(name));
    expect(options.length).toBeGreaterThan(15);
    const mute = options.flatMap(({ name, body }) =>
      [...body.matchAll(/^\| `(\w+)\??`.*\| +\|$/gm)].map(([, option]) => `${name}.${option}`),
    );
    expect(mute).toEqual([]);
  });
});
