import { parseArgs } from 'node:util';
import { openDatabase } from './database.ts';
import { WRITE_KINDS, type WriteKind, writeSql } from './write-sql.ts';

const USAGE = `npm run demo:write -- [${WRITE_KINDS.join('|')}] [count] [--every ms]
npm run demo:write -- --sql "update projects set city = 'Multan' where id = 1"`;

/** A mistake or a missing server: told in one line, without a stack. */
class Trouble extends Error {}

interface Target {
  run(sql: string): Promise<Array<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** The embedded database belongs to the server's process: it is asked to run the SQL. */
function runningServer(base: string): Target {
  return {
    run: async (sql) => {
      const response = await fetch(new URL('/demo/sql', base), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sql }),
      }).catch(() => {
        throw new Trouble(
          `No demo server at ${base}. Start it with \`npm start\`, or set DEMO_URL to its ` +
            'address, or DATABASE_URL to its Postgres.',
        );
      });
      const answer = (await response.json().catch(() => ({}))) as {
        data?: Array<Record<string, unknown>>;
        error?: { code: string; message: string };
      };
      if (response.status === 404 && answer.error?.code === 'not_found') {
        throw new Trouble('The demo server uses a real Postgres: set the same DATABASE_URL here.');
      }
      if (!response.ok || !answer.data) {
        const reason = answer.error?.message ?? `it answered ${response.status}`;
        throw new Trouble(`The demo server at ${base} did not run it: ${reason}`);
      }
      return answer.data;
    },
    close: async () => {},
  };
}

async function target(): Promise<Target> {
  const { DATABASE_URL, DEMO_URL } = process.env;
  if (!DATABASE_URL) return runningServer(DEMO_URL || 'http://127.0.0.1:3000');
  const database = await openDatabase({ databaseUrl: DATABASE_URL });
  return { run: (sql) => database.script(sql), close: () => database.close() };
}

function positive(text: string, what: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Trouble(`${what} must be a whole number, not '${text}'.\n${USAGE}`);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { every: { type: 'string' }, sql: { type: 'string' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw new Trouble(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help) return console.log(USAGE);
  const [kind = 'mix', count = '1'] = positionals;
  const isKind = (text: string): text is WriteKind => WRITE_KINDS.includes(text as WriteKind);
  if (!isKind(kind)) throw new Trouble(`'${kind}' is no kind of change.\n${USAGE}`);
  const times = values.sql === undefined ? positive(count, 'count') : 1;
  const every = positive(values.every ?? '0', '--every');
  const database = await target();
  try {
    for (let turn = 0; turn < times; turn++) {
      if (turn > 0 && every > 0) await new Promise((resolve) => setTimeout(resolve, every));
      const rows = await database.run(values.sql ?? writeSql(kind, turn));
      const isShort = rows.length > 0 && rows.length <= 3;
      const shown = isShort ? JSON.stringify(rows) : `${rows.length} rows returned`;
      console.log(`${values.sql === undefined ? kind : 'sql'}: ${shown}`);
    }
  } finally {
    await database.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
