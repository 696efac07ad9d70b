import { DatabaseUnavailable } from './database.ts';
import { createDemoServer } from './server.ts';

const DEFAULT_PORT = 3000;

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}

function portOf(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  return fail(`PORT=${text} is no port; set PORT to a number from 0 (any free one) to 65535.`);
}

/** `DEMO_AUTH=1`: links need a token; `DEMO_TOKEN_KEY` is the same on every node. The times are for tests, which cannot wait for long. */
function authOf(env: NodeJS.ProcessEnv) {
  const { DEMO_AUTH, DEMO_TOKEN_KEY, DEMO_TOKEN_MS, DEMO_GRACE_MS } = env;
  if (DEMO_AUTH !== '1') return undefined;
  return {
    key: DEMO_TOKEN_KEY,
    lifetimeMs: millisOf(DEMO_TOKEN_MS),
    graceMs: millisOf(DEMO_GRACE_MS),
  };
}

function millisOf(text: string | undefined): number | undefined {
  const millis = Number(text ?? '');
  return millis > 0 ? millis : undefined;
}

function explain(error: unknown, port: number): string {
  if (error instanceof DatabaseUnavailable) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  const other = port === DEFAULT_PORT ? DEFAULT_PORT + 1 : DEFAULT_PORT;
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Set another one: PORT=${other}`;
  if (code === 'EACCES') return `Port ${port} may not be used. Set another one: PORT=${other}`;
  return `The demo server cannot start: ${String(error)}`;
}

const { DATABASE_URL, DEMO_DATA, DEMO_ORIGINS, DEMO_PAGE, NATS_URL, PORT } = process.env;
const port = portOf(PORT);
const server = await createDemoServer({
  port,
  databaseUrl: DATABASE_URL,
  natsUrl: NATS_URL,
  dataDir: DEMO_DATA,
  ...(DEMO_PAGE ? { staticDir: DEMO_PAGE } : {}),
  origins: (DEMO_ORIGINS ?? '').split(/[\s,]+/).filter((origin) => origin !== ''),
  auth: authOf(process.env),
  log: (line) => console.error(line),
}).catch((error: unknown) => fail(explain(error, port)));
console.log(`Tidemark demo: ${server.url}`);

let closing = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second Ctrl-C means now.
    if (closing) process.exit(1);
    closing = true;
    server.close().then(
      () => process.exit(0),
      (error: unknown) => fail(`The demo server did not close cleanly: ${String(error)}`),
    );
  });
}
