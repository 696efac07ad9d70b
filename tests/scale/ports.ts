import { type AddressInfo, createConnection, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Ports that are free now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const probes = Array.from({ length: count }, () => createServer());
  const listening = probes.map(
    (probe) =>
      new Promise<number>((resolve) => {
        probe.listen(0, '127.0.0.1', () => resolve((probe.address() as AddressInfo).port));
      }),
  );
  const ports = await Promise.all(listening);
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

/** Resolves when somebody listens there. @throws Error after `timeoutMs` */
export async function waitForPort(port: number, timeoutMs = 10_000): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (!(await isOpen(port))) {
    if (Date.now() > until) throw new Error(`nobody listens on port ${port}`);
    await pause(50);
  }
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
