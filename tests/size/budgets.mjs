// What `npm test` lets the client weigh, in bytes under brotli, and what it should weigh.
import { ours } from './contenders.mjs';
import { sum, weigh } from './weigh.mjs';

const KB = 1024;

/** `target`: what was meant, where the budget is what was reached (docs/performance.md says why). */
export const budgets = [
  { name: 'JavaScript at once', most: 20 * KB, of: (weight) => weight['at once'] },
  {
    name: 'the whole client',
    most: 140 * KB,
    target: 60 * KB,
    of: (weight) => sum([weight['at once'], weight.core]),
  },
];

/** @returns each budget with the `bytes` that are there now */
export async function weighed() {
  const weight = await weigh(ours[0]);
  return budgets.map((budget) => ({ ...budget, bytes: budget.of(weight).brotli }));
}
