// npm run build [-- --wasm-only]: the core as Wasm, then the package in dist/.
import { buildPackage, buildWasm } from './lib/build.mjs';
import { main } from './lib/run.mjs';
import { setup } from './setup.mjs';

main(async () => {
  await setup('build');
  await buildWasm();
  if (!process.argv.includes('--wasm-only')) await buildPackage();
});
