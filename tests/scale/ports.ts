import { createConnection, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Below the ports that the system gives to connections: a node that is down must find its port
 * free, and thousands of clients would take it.
 */
const FIRST = 20_000;
const LAST = 30_000;

/** Ports that are free now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

/** Resolves when somebody listens there. @throws Error after `timeoutMs` */
export async function waitForPort(port: number, timeoutMs = 10_000): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (!(await isOpen(port))) {
    if (Date.now() > until) throw new Error(`nobody listens on port ${port}`);
    await pause(50);
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}
