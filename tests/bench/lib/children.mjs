import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folder = new URL('../children/', import.meta.url);

/** Runs one of `children/` in a fresh process and returns the JSON that it prints. */
export function askChild(script, argument) {
  const file = fileURLToPath(new URL(script, folder));
  const flags = ['--expose-gc', '--no-warnings', '--max-old-space-size=6144'];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...flags, file, JSON.stringify(argument)],
      { timeout: 300_000, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${script} ${JSON.stringify(argument)} failed:\n${stderr}`));
        else resolve(JSON.parse(stdout));
      },
    );
  });
}

export const argument = () => JSON.parse(process.argv[2]);
export const answer = (value) => process.stdout.write(JSON.stringify(value));
