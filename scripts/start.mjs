// npm start: builds what is out of date, then serves the demo until Ctrl-C.
import { spawn } from 'node:child_process';
import { buildDemo, buildPackage, buildWasm } from './lib/build.mjs';
import { root } from './lib/paths.mjs';
import { main } from './lib/run.mjs';
import { setup } from './setup.mjs';

function serve() {
  return new Promise((resolve, reject) => {
    const server = spawn(process.execPath, ['--import', 'tsx', 'demo/server/main.ts'], {
      cwd: root,
      stdio: 'inherit',
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      // A terminal sends its Ctrl-C to the whole group; a second one could cut the server's goodbye short.
      const fromTerminal = signal === 'SIGINT' && process.stdin.isTTY;
      process.on(signal, () => {
        if (!fromTerminal) server.kill(signal);
      });
    }
    server.on('error', reject);
    server.on('close', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

main(async () => {
  await setup('start');
  await buildWasm();
  await buildPackage();
  await buildDemo();
  return serve();
});
