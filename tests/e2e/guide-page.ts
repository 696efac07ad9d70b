// A page of docs/examples, built and served as its guide says, beside a server of docs/examples.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type PreviewServer, preview } from 'vite';
import guide from '../../docs/examples/getting-started/vite.config.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const examples = here('../../docs/examples');

export interface Task {
  id: string;
  title: string;
  done?: boolean;
}

/** `resume-server.mjs`, as a process of its own. */
export class TasksServer {
  private constructor(
    readonly url: string,
    readonly process: ChildProcess,
  ) {}

  static async start(): Promise<TasksServer> {
    const child = spawn(process.execPath, [join(examples, 'resume-server.mjs'), '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return new TasksServer(String(line).trim(), child);
  }

  async list(): Promise<Task[]> {
    return (await (await fetch(`${this.url}/tasks`)).json()) as Task[];
  }

  async write(method: 'POST' | 'PATCH', path: string, body: object): Promise<Task> {
    const response = await fetch(this.url + path, { method, body: JSON.stringify(body) });
    return (await response.json()) as Task;
  }

  stop(): void {
    this.process.kill();
  }
}

/** The guide's page, with its own Vite configuration in front of `server`. */
export class GuidePage {
  readonly #vite: PreviewServer;
  readonly #folder: string;

  private constructor(vite: PreviewServer, folder: string) {
    this.#vite = vite;
    this.#folder = folder;
  }

  /** `headers`: of each answer. */
  static async serve(
    example: string,
    server: TasksServer,
    headers: Record<string, string> = {},
  ): Promise<GuidePage> {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-guide-'));
    // The guide's server has a port of its own here.
    const paths = Object.keys(guide.server?.proxy ?? {});
    const proxy = Object.fromEntries(paths.map((path) => [path, server.url]));
    const shared = {
      ...guide,
      configFile: false,
      root: join(examples, example),
      logLevel: 'error',
      resolve: {
        alias: [
          { find: /^tidemark$/, replacement: here('../../js/index.ts') },
          { find: /^tidemark\/(react|entities)$/, replacement: `${here('../../js')}/$1.ts` },
        ],
      },
      build: { outDir: folder, emptyOutDir: true, chunkSizeWarningLimit: 1000 },
    } as const;
    await build(shared);
    const vite = await preview({
      ...shared,
      preview: { host: '127.0.0.1', port: 0, headers, proxy },
    });
    return new GuidePage(vite, folder);
  }

  get url(): string {
    return this.#vite.resolvedUrls?.local[0] as string;
  }

  async stop(): Promise<void> {
    await this.#vite.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
