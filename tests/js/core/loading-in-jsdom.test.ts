// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { wasmBuild } from '#core/build';
import { compiledCore } from '../../../js/core/load.ts';

test('the core is WebAssembly where jsdom stands in for a page', async () => {
  expect((await compiledCore()).build).toBe(wasmBuild);
});
