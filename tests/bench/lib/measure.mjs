import { random, whole } from './random.mjs';

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {'ours' | 'library' | 'hand' | 'floor'} kind
 * @property {number} unit how many operations one `step` does; times are given per operation
 * @property {() => unknown} step
 * @property {() => number} left how many steps there is input for
 * @property {boolean} [primed] one step before each sample is not timed: some peers do work of once
 *   a turn of the event loop in the first one, and a sample of few steps would be little else
 */

/**
 * @typedef {object} Plan how long to measure
 * @property {number} warmUs CPU time that each contestant warms up for
 * @property {number} sampleUs shortest sample: the clock itself costs about 3 µs
 * @property {number} samples
 * @property {number} budgetUs a contestant that has used this up stops after `leastSamples`
 * @property {number} leastSamples
 */

export function quantile(sorted, share) {
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at));
}

export function summary(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    median_us: quantile(sorted, 0.5),
    p25_us: quantile(sorted, 0.25),
    p75_us: quantile(sorted, 0.75),
    samples: sorted.length,
  };
}

/** Of so many of the last steps of a warm-up: one of them may have paid for a collection. */
const LAST_STEPS = 15;

/** Until the JIT has seen enough of it. @returns {number} what a step costs, in µs */
function warmUp({ step, left }, { warmUs, leastSamples }, clock) {
  let steps = 0;
  const start = clock.now();
  // Half of the input at most: the other half is to be measured with.
  const most = Math.max(1, Math.floor(left() / 2));
  let last = start;
  const costs = [];
  while (steps < most && (last - start < warmUs || steps < 3)) {
    step();
    steps++;
    const now = clock.now();
    costs.push(now - last);
    if (costs.length > LAST_STEPS) costs.shift();
    last = now;
    if (last - start > 8 * warmUs && steps >= Math.min(2, leastSamples)) break;
  }
  return Math.max(summary(costs).median_us, 0.01);
}

/** Between two samples: promises run, and nobody pays for another's young garbage. */
async function settle() {
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.({ type: 'minor' });
}

function shuffle(next, list) {
  for (let at = list.length - 1; at > 0; at--) {
    const other = whole(next, at + 1);
    [list[at], list[other]] = [list[other], list[at]];
  }
  return list;
}

/**
 * Times all contestants in interleaved rounds, each round in another order.
 *
 * @param {Contestant[]} contestants
 * @param {Plan} plan
 */
export async function measure(contestants, plan, clock) {
  const next = random(42);
  const entries = [];
  for (const contestant of contestants) {
    const cost = warmUp(contestant, plan, clock);
    const wanted = Math.ceil(plan.sampleUs / cost);
    const primes = contestant.primed ? 1 : 0;
    const affordable = Math.floor(contestant.left() / plan.samples) - primes;
    const steps = Math.max(1, Math.min(wanted, affordable));
    entries.push({ contestant, steps, times: [], spent: 0 });
    await settle();
  }
  for (let round = 0; round < plan.samples; round++) {
    for (const entry of shuffle(next, [...entries])) {
      const { contestant, steps, times } = entry;
      const needed = contestant.primed ? steps + 1 : steps;
      const tired = entry.spent > plan.budgetUs && times.length >= plan.leastSamples;
      if (tired || contestant.left() < needed) continue;
      await settle();
      const { step, primed } = contestant;
      if (primed) step();
      const start = clock.now();
      for (let i = 0; i < steps; i++) step();
      const time = clock.now() - start;
      entry.spent += time;
      times.push(time / (steps * contestant.unit));
    }
  }
  return entries.map(({ contestant, times }) => ({
    name: contestant.name,
    kind: contestant.kind,
    ...summary(times),
  }));
}
