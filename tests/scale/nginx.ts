import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitForPort } from './ports.ts';

const template = new URL('../../demo/deploy/nginx.conf.template', import.meta.url);

export interface Proxy {
  pid: number;
  stop(): Promise<void>;
}

/** Debian's nginx with files of its own, on loopback, before gateways on these ports. */
export async function startNginx(
  port: number,
  gateways: readonly number[],
  connections: number,
): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-nginx-'));
  // Started by root, its workers are another user.
  await chmod(folder, 0o755);
  const servers = gateways.map((each) => `server 127.0.0.1:${each} max_fails=1 fail_timeout=1s;`);
  const values: Record<string, string> = {
    FOLDER: folder,
    PORT: String(port),
    UPSTREAMS: servers.join('\n    '),
    CONNECTIONS: String(connections),
    FILES: String(connections + 100),
  };
  const text = await readFile(template, 'utf8');
  const config = join(folder, 'nginx.conf');
  await writeFile(
    config,
    text.replace(/@([A-Z]+)@/g, (whole, name: string) => values[name] ?? whole),
  );
  const child = spawn('nginx', ['-p', folder, '-c', config, '-e', join(folder, 'error.log')], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  const failed = new Promise<never>((_, reject) => {
    child.on('error', () => reject(new Error('no nginx: run `apt-get install nginx`')));
    child.on('exit', (code) => reject(new Error(`nginx ended with ${code}`)));
  });
  failed.catch(() => {});
  const ended = new Promise((resolve) => child.on('close', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.race([waitForPort(port), failed]);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { pid: child.pid as number, stop };
}
