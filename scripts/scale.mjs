// npm run scale [-- --nats --quick --clients N --rate N --seconds N]: three gateways behind nginx over a
// throw-away Postgres, clients and a writer; one gateway is killed and one restarted. Prints figures,
// and fails when a client differs from the table or an app was told anything twice.
//
// --nats: NATS JetStream carries the stream. --rate: rows a second. --seconds: of each phase.
import { buildWasm } from './lib/build.mjs';
import { main, run } from './lib/run.mjs';
import { setup } from './setup.mjs';

main(async () => {
  await setup('scale');
  await buildWasm();
  const args = ['--import', 'tsx', 'tests/scale/main.ts', ...process.argv.slice(2)];
  const { code } = await run(process.execPath, args);
  return code;
});
