import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder; every script works from here, wherever it was called. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The first of `names` that is an executable on the PATH, or undefined. */
export function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const name of names) {
    for (const folder of folders) {
      const file = join(folder, name);
      if (existsSync(file)) return file;
    }
  }
  return undefined;
}

/** The first of `files` that exists, or undefined. */
export const firstFile = (...files) => files.find((file) => file && existsSync(file));
