import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';

export interface Cluster {
  url: string;
  stop(): Promise<void>;
}

/** The newest installed server's programs. */
async function programs(): Promise<string> {
  const versions = await readdir(VERSIONS).catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (!newest) {
    throw new Error(`no Postgres under ${VERSIONS}: run \`apt-get install postgresql\``);
  }
  return join(VERSIONS, newest, 'bin');
}

/** Postgres refuses to run as root. */
async function asPostgres(command: string, args: readonly string[]): Promise<string> {
  // Not in the caller's folder, which the postgres user may not enter.
  const options = { cwd: '/' };
  const { stdout } =
    process.getuid?.() === 0
      ? await run('runuser', ['-u', 'postgres', '--', command, ...args], options)
      : await run(command, [...args], options);
  return stdout.trim();
}

async function idOf(user: string, flag: '-u' | '-g'): Promise<number> {
  return Number((await run('id', [flag, user])).stdout);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A throw-away Postgres on loopback, with its files in a temporary folder. */
export async function startPostgres(): Promise<Cluster> {
  const bin = await programs();
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-pg-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const control = (...args: string[]) => asPostgres(join(bin, 'pg_ctl'), ['-D', data, ...args]);
  const stop = async () => {
    await control('-m', 'immediate', 'stop').catch(() => {});
    await rm(folder, { recursive: true, force: true });
  };
  try {
    if (process.getuid?.() === 0) {
      await chown(folder, await idOf('postgres', '-u'), await idOf('postgres', '-g'));
    }
    const options = ['-A', 'trust', '-U', 'postgres', '--no-sync', '-E', 'UTF8', '--locale=C'];
    await asPostgres(join(bin, 'initdb'), ['-D', data, ...options]);
    const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
    // A log file, because a server that holds our pipe would keep us waiting.
    await control('-w', '-l', join(folder, 'log'), '-o', settings, 'start');
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}
