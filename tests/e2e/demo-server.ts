import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { test } from '@playwright/test';
import { type Backend, openTestDatabase, type Rows, type TestDatabase } from './database.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The embedded Postgres needs two seconds, on a machine with nothing else to do. */
const START_MS = 50_000;
const STOP_MS = 5_000;

type Env = Readonly<Record<string, string>>;

export interface DemoStats {
  /** How many are open. */
  connections: { websocket: number; sse: number };
  framesSpoiled: number;
}

/** A demo server in a process of its own, so that it can die, and its database. */
export class DemoServer {
  readonly #database: TestDatabase;
  readonly #env: Env;
  #process: ChildProcess | undefined;
  #port = 0;

  private constructor(database: TestDatabase, env: Env) {
    this.#database = database;
    this.#env = env;
  }

  static async start(backend: Backend, env: Env = {}): Promise<DemoServer> {
    const server = new DemoServer(await openTestDatabase(backend), env);
    try {
      await server.launch();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it, again on the same port. Resolves once it answers. */
  async launch(): Promise<void> {
    const { DATABASE_URL: _, DEMO_DATA: __, ...inherited } = process.env;
    const child = spawn(process.execPath, ['--import', 'tsx', 'demo/server/main.ts'], {
      cwd: ROOT,
      env: { ...inherited, ...this.#database.env, ...this.#env, PORT: String(this.#port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    living.add(child);
    child.once('exit', () => living.delete(child));
    this.#port = await portOf(child);
  }

  /** Runs SQL in its database, whether it is running or not. */
  sql(text: string): Promise<Rows> {
    return this.#database.run(text, this.#process ? this.url : undefined);
  }

  /** All projects as the database has them, each as the JSON that Postgres makes of it. */
  async projects(): Promise<Rows> {
    const rows = await this.sql('select to_jsonb(t)::text as row from projects t order by id');
    return rows.map(({ row }) => JSON.parse(String(row)) as Record<string, unknown>);
  }

  /** Breaks the links of one page; see demo/server/fault-order.ts. */
  async fault(order: Record<string, unknown>): Promise<void> {
    const response = await fetch(`${this.url}/demo/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    if (!response.ok) throw new Error(`/demo/faults answered ${await response.text()}`);
  }

  async stats(): Promise<DemoStats> {
    const response = await fetch(`${this.url}/demo/stats`);
    return (await response.json()) as DemoStats;
  }

  /** Ends it without a goodbye. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Ends it with a goodbye, as an update does. */
  end(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** Stops it from running, its connections open, until `thaw`. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it and its database. */
  async stop(): Promise<void> {
    this.thaw();
    await this.#end('SIGTERM');
    await this.#database.close();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const patience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(patience);
  }
}

// Whatever happens to the tests, no server outlives them.
const living = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** The port in the address that a server prints once it is ready. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`the demo server ${why}: ${output}`));
    };
    const patience = setTimeout(() => fail('did not start'), START_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const port = /^Tidemark demo: http:\S*:(\d+)\s*$/m.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(patience);
      resolve(Number(port));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(patience);
      fail(`ended with ${code}`);
    });
  });
}

/** One server for the tests of a `describe`; ends with them. */
export function useDemoServer(backend: Backend, env?: Env): () => DemoServer {
  let server: DemoServer | undefined;
  test.beforeAll(async () => {
    server = await DemoServer.start(backend, env);
  });
  test.afterAll(async () => {
    await server?.stop();
  });
  return () => {
    if (!server) throw new Error('the demo server is not running');
    return server;
  };
}
