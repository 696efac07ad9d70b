import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/** What went wrong, said in one line to the person at the terminal. */
export class Failure extends Error {}

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = (text) => paint(1, text);
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** Runs `work` under a header and says how long it took. */
export async function step(title, work) {
  const start = performance.now();
  console.log(bold(`▸ ${title}`));
  const result = await work();
  console.log(paint(2, `  ${title}: ${seconds(performance.now() - start)}`));
  return result;
}

/**
 * Runs a command in the repository and resolves with its exit code and output.
 *
 * @param {object} options `capture`: keep the output (`'show'`: print it as well);
 *   `timeout` in ms, after which the command is ended and counts as failed
 */
export function run(command, args = [], { env, cwd = root, capture = false, timeout } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    let output = '';
    let timedOut = false;
    for (const stream of ['stdout', 'stderr']) {
      child[stream]?.on('data', (chunk) => {
        output += chunk;
        if (capture === 'show') process[stream].write(chunk);
      });
    }
    const timer =
      timeout &&
      setTimeout(() => {
        timedOut = true;
        console.log(`  ${command} did not end within ${seconds(timeout)}: ending it`);
        child.kill('SIGTERM');
        setTimeout(() => child.kill('SIGKILL'), 5000).unref();
      }, timeout);
    const end = (code) => {
      clearTimeout(timer);
      resolve({ code: timedOut ? 1 : code, output });
    };
    child.on('error', (error) => {
      output += `${error.message}\n`;
      if (capture !== true) console.error(error.message);
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}

/** Like `run`, for commands that have to succeed. @throws Failure */
export async function must(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) {
    if (options?.capture === true) process.stderr.write(output);
    throw new Failure(`${[command, ...args].join(' ')} failed with exit code ${code}`);
  }
  return output;
}

/** Runs a script's main function; a `Failure` is one line, anything else keeps its stack. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    console.error(error instanceof Failure ? `✗ ${error.message}` : error);
    process.exitCode = 1;
  }
}
