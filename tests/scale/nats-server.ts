import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, waitForPort } from './ports.ts';

export interface Nats {
  url: string;
  stop(): Promise<void>;
  /** Ends it without a goodbye, and starts it again over the same files. */
  restart(): Promise<void>;
}

/** Debian's nats-server with JetStream, on loopback, with its files in a temporary folder. */
export async function startNats(): Promise<Nats> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-nats-'));
  const [port = 0] = await freePorts(1);
  const start = async () => {
    const args = ['-js', '-a', '127.0.0.1', '-p', String(port), '-sd', folder];
    const child = spawn('nats-server', args, { stdio: 'ignore' });
    const failed = new Promise<never>((_, reject) => {
      child.on('error', () =>
        reject(new Error('no nats-server: run `apt-get install nats-server`')),
      );
      child.on('exit', (code) => reject(new Error(`nats-server ended with ${code}`)));
    });
    failed.catch(() => {});
    const ended = new Promise((resolve) => child.on('close', resolve));
    await Promise.race([waitForPort(port), failed]);
    return async (signal: 'SIGTERM' | 'SIGKILL') => {
      child.kill(signal);
      await ended;
    };
  };
  try {
    let end = await start();
    return {
      url: `nats://127.0.0.1:${port}`,
      stop: async () => {
        await end('SIGTERM');
        await rm(folder, { recursive: true, force: true });
      },
      restart: async () => {
        await end('SIGKILL');
        end = await start();
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
