import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * The demo server on its embedded Postgres, in a process of its own: a test's environment may
 * be a browser's, in which a server does not run.
 */
export class DemoProcess {
  private constructor(
    readonly origin: string,
    readonly child: ChildProcess,
  ) {}

  static async start(): Promise<DemoProcess> {
    const { DATABASE_URL: _, DEMO_DATA: __, ...env } = process.env;
    const child = spawn(process.execPath, ['--import', 'tsx', 'demo/server/main.ts'], {
      env: { ...env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    let output = '';
    for await (const chunk of child.stdout) {
      output += String(chunk);
      const origin = /http:\/\/\S+:\d+/.exec(output)?.[0];
      if (origin) return new DemoProcess(origin, child);
    }
    throw new Error(`the demo server did not start: ${output}`);
  }

  get realtimeUrl(): string {
    return `${this.origin.replace(/^http/, 'ws')}/realtime`;
  }

  async sql(text: string): Promise<void> {
    const body = JSON.stringify({ sql: text });
    const response = await fetch(`${this.origin}/demo/sql`, { method: 'POST', body });
    if (!response.ok) throw new Error(await response.text());
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}
