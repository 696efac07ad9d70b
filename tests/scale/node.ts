import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../demo/server/main.ts', import.meta.url));

/** What `/demo/stats` says. */
export interface NodeStats {
  connections: { websocket: number; sse: number };
  eventsSent: number;
  clientsCut: number;
  bytesWaiting: number;
  head: number;
  memory: { rss: number; heapUsed: number };
  cpu: { user: number; system: number };
}

/** One gateway process on a port of its own, which it takes again after its end. */
export class GatewayNode {
  readonly port: number;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;

  constructor(port: number, env: Record<string, string>) {
    this.port = port;
    this.#env = env;
  }

  /** Resolves when it serves. @throws Error when it ends before that */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--import', 'tsx', main], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...this.#env, PORT: String(this.port) },
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (text) => {
        if (String(text).includes('Tidemark demo:')) resolve();
      });
      child.on('exit', (code) => reject(new Error(`a gateway ended with ${code}`)));
    });
  }

  /** Ends it: SIGTERM lets it say goodbye, SIGKILL does not. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async stats(): Promise<NodeStats> {
    const response = await fetch(`http://127.0.0.1:${this.port}/demo/stats`);
    return (await response.json()) as NodeStats;
  }
}
