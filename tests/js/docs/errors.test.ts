import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { read } from './pages.ts';

const page = read('docs/troubleshooting.md');

function sources(folder: string, ending: RegExp): string {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => ending.test(file))
    .map((file) => read(`${folder}/${file}`))
    .join('\n');
}

const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, code]) => code as string);

/** The codes in the first column of the tables below a heading. */
function listed(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return found(section, /^\| `(\w+)` \|/gm).sort();
}

describe('the error codes in docs/troubleshooting.md', () => {
  it('are all that the package reports and throws, and no others', () => {
    const js = sources('js', /\.tsx?$/);
    const core = sources('src', /\.(cpp|h)$/);
    const codes = new Set([
      ...found(js, /(?:TidemarkError|super)\(\s*'(\w+)'/g),
      ...found(read('src/base/error.cpp'), /"(\w+): /g),
      ...found(core, /\berror\(\s*"(\w+)"/g),
    ]);
    for (const none of ['none', 'unknown']) codes.delete(none);
    expect(codes.size).toBeGreaterThan(30);
    expect(listed('Every error code')).toEqual([...codes].sort());
  });

  it('are all with which a server may refuse', () => {
    const wire = sources('src/wire', /\.cpp$/);
    const protocol = /^Codes: ([\s\S]*?)\n\n/m.exec(read('docs/protocol.md'))?.[1] ?? '';
    const codes = new Set([
      ...found(protocol, /`(\w+)`/g),
      ...found(wire, /ServerError\{"(\w+)"/g),
      ...found(wire, /\? "(try_later|\w+_refused)"/g),
    ]);
    expect(codes.size).toBeGreaterThan(7);
    expect(listed('What servers say')).toEqual([...codes].sort());
  });
});
