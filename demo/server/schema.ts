import { readFile } from 'node:fs/promises';
import type { Database } from './database.ts';

const folder = new URL('../schema/', import.meta.url);

/** Makes what is missing: tables, triggers, outbox, and rows in tables that are empty. */
export async function applySchema(database: Database): Promise<void> {
  for (const file of ['schema.sql', 'seed.sql']) {
    await database.script(await readFile(new URL(file, folder), 'utf8'));
  }
}

/** Makes the rows that are measured with, if they are not there yet: too many for every start. */
export async function fillGauges(database: Database): Promise<void> {
  await database.script(await readFile(new URL('gauges.sql', folder), 'utf8'));
}
