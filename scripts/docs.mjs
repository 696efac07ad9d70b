// npm run docs: writes docs/api from the docstrings.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReference } from './lib/api/reference.mjs';
import { root } from './lib/paths.mjs';

const folder = join(root, 'docs/api');
mkdirSync(folder, { recursive: true });
for (const [page, text] of apiReference()) {
  writeFileSync(join(folder, page), text);
  console.log(`docs/api/${page}: ${text.split('\n').length} lines`);
}
