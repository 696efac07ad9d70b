import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver';
import { findMiniBrowser } from '../../scripts/lib/browser.mjs';

/** A WebKitGTK on a screen of its own, driven by its own driver. */
export class WebKitGtk {
  readonly driver: WebDriver;
  readonly #processes: readonly ChildProcess[];

  private constructor(driver: WebDriver, processes: readonly ChildProcess[]) {
    this.driver = driver;
    this.#processes = processes;
  }

  /** Rejects where it, its driver or Xvfb is missing. */
  static async start(): Promise<WebKitGtk> {
    const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const processes = [screen];
    try {
      const display = await firstLine(screen);
      const port = await freePort();
      const env = { ...process.env, DISPLAY: `:${display}`, LIBGL_ALWAYS_SOFTWARE: '1' };
      processes.push(spawn('WebKitWebDriver', [`--port=${port}`], { env, stdio: 'ignore' }));
      await listens(port);
      const driver = await new Builder()
        .usingServer(`http://127.0.0.1:${port}`)
        .withCapabilities(
          new Capabilities({
            browserName: 'MiniBrowser',
            'webkitgtk:browserOptions': { binary: findMiniBrowser(), args: ['--automation'] },
          }),
        )
        .build();
      return new WebKitGtk(driver, processes);
    } catch (error) {
      for (const each of processes) each.kill();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.driver.quit();
    for (const each of [...this.#processes].reverse()) each.kill();
  }
}

function firstLine(screen: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    screen.once('error', reject);
    screen.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    screen.stdio[3]?.once('data', (chunk) => resolve(String(chunk).trim()));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function listens(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (true) {
    try {
      await fetch(`http://127.0.0.1:${port}/status`);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
