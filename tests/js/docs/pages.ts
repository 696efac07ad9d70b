import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A piece of code in a page: ```` ```tsx docs/examples/polling.ts#feed ````. */
export interface CodeBlock {
  page: string;
  language: string;
  /** The file that it shows, or a region of it, from the root; empty for what is no program. */
  source: string;
  code: string;
}

export const read = (path: string): string => readFileSync(path, 'utf8');

/** The pages that people write, from the root. */
export const pages: readonly string[] = [
  'README.md',
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

export function blocksOf(page: string): CodeBlock[] {
  const fences = read(page).matchAll(/^ *```(\w+)(?: +(\S+))?\n([\s\S]*?)^ *```$/gm);
  return [...fences].map(([, language = '', source = '', code = '']) => ({
    page,
    language,
    source,
    code,
  }));
}

const MARKER = /^\s*\/\/ #(?:end)?region\b.*\n/gm;

/** What a source says to show: a file without its marks, or what stands between two of them. */
export function shownBy(source: string): string {
  const [file = '', region] = source.split('#');
  if (!existsSync(file)) throw new Error(`there is no ${file}`);
  const text = read(file);
  if (region === undefined) return text.replace(MARKER, '');
  const name = region.replace(/[^\w-]/g, '');
  const marked = new RegExp(
    `^( *)// #region ${name}\\n([\\s\\S]*?)^ *// #endregion ${name}\\n`,
    'm',
  ).exec(text);
  if (!marked) throw new Error(`${file} has no region ${region}`);
  const [, indent = '', body = ''] = marked;
  return body.replace(MARKER, '').replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}
