// The engine as scripts/bench.mjs has bundled it: js/core/engine.ts with the compiled core.
export const loadEngine = () => import('../../../build/bench/engine.js');
