import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './paths.mjs';

const generated = new Set(['dist', 'node_modules', 'build']);

/** The files below a folder, in a fixed order and without what builds leave there. */
export function* filesUnder(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (!entry.isDirectory() || !generated.has(entry.name))
      yield* filesUnder(join(path, entry.name));
  }
}

/** A digest of names and contents, so that a deleted file counts and a touched one does not. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesUnder(join(root, path))) {
      hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

/** Runs `work` unless `output` exists and was made from these very inputs and with this `setting`. */
export async function unlessFresh({ name, inputs, output, setting = '' }, work) {
  const stamp = join(root, 'build/stamps', name);
  const now = fingerprint(inputs) + setting;
  const fresh =
    existsSync(join(root, output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now;
  if (fresh) {
    console.log(`  ${output} is up to date`);
    return;
  }
  rmSync(stamp, { force: true });
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
}

/** Writes a file only when its content changes, to leave the tools that watch it alone. */
export function writeIfChanged(path, content) {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(content))) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
