import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Order } from './crowd-messages.ts';

const crowd = fileURLToPath(new URL('crowd.ts', import.meta.url));

/** A process full of clients. */
export class CrowdProcess {
  readonly #child: ChildProcess;
  readonly #failed: Promise<never>;
  #ended = false;

  constructor() {
    this.#child = fork(crowd, { execArgv: ['--import', 'tsx'] });
    this.#failed = new Promise((_, reject) => {
      this.#child.on('exit', (code, signal) => {
        if (!this.#ended) reject(new Error(`a crowd ended with ${code ?? signal}`));
      });
    });
    this.#failed.catch(() => {});
    // An order to one that is gone; its end is told above.
    this.#child.on('error', () => {});
  }

  /** One order at a time. */
  async ask<Kind extends Answer['kind']>(
    order: Order,
    kind: Kind,
  ): Promise<Extract<Answer, { kind: Kind }>> {
    const answered = new Promise<Answer>((resolve) => this.#child.once('message', resolve));
    this.#child.send(order);
    const answer = await Promise.race([answered, this.#failed]);
    if (answer.kind !== kind) throw new Error(`asked for ${kind}, was told of ${answer.kind}`);
    return answer as Extract<Answer, { kind: Kind }>;
  }

  async end(): Promise<void> {
    this.#ended = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.on('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
  }
}
