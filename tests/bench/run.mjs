// How each workload's cases become results.
import { askChild } from './lib/children.mjs';
import { measure, summary } from './lib/measure.mjs';
import { peersOf, startersOf } from './peers/registry.mjs';
import * as dedup from './workloads/dedup.mjs';
import * as ingest from './workloads/ingest.mjs';
import * as live from './workloads/live.mjs';
import * as memory from './workloads/memory.mjs';
import * as poll from './workloads/poll.mjs';
import * as pollCold from './workloads/poll-cold.mjs';
import * as start from './workloads/start.mjs';

/** In the order in which they run. `poll-cold` is part of `poll` in the results. */
export const workloads = {
  poll,
  'poll-cold': pollCold,
  ingest,
  live,
  dedup,
  memory,
  start,
};

async function timed(workload, each, { plan, clock, Engine }) {
  const peers = await peersOf(workload.name);
  const contestants = await workload.contest(each, peers, { Engine });
  const times = await measure(contestants, plan, clock);
  // Whatever was measured, it still has to be right at the end.
  for (const contestant of contestants) contestant.recheck();
  for (const contestant of contestants) await contestant.close?.();
  return times.map((time, at) => {
    const { comparesBytes, kept_percent } = contestants[at];
    return { ...time, kept_percent, comparesBytes };
  });
}

async function timesOfChildren(count, script, argument) {
  const answers = [];
  for (let i = 0; i < count; i++) answers.push(await askChild(script, argument));
  return answers;
}

async function cold(each, { plan }) {
  const found = [];
  for (const { name, kind, cold: takesPart } of await peersOf('poll')) {
    if (!takesPart) continue;
    const argument = { name, rows: each.rows, change: each.answer, polls: each.polls };
    const answers = await timesOfChildren(plan.coldRuns, 'cold.mjs', argument);
    const times = answers.map((times) => times[each.measures]);
    found.push({ name, kind, ...summary(times) });
  }
  return found;
}

async function started(each, { plan }) {
  const starters = await startersOf();
  const times = starters.map(() => []);
  for (let i = 0; i < plan.starts; i++) {
    for (const [at, { name }] of starters.entries()) {
      const { us } = await askChild('start.mjs', { name, rows: each.rows });
      times[at].push(us);
    }
  }
  return starters.map(({ name, kind }, at) => ({ name, kind, ...summary(times[at]) }));
}

async function weighed(each) {
  const ofIds = each.change === memory.DEDUP;
  const peers = await peersOf(ofIds ? 'dedup' : 'memory');
  const script = ofIds ? 'dedup-memory.mjs' : 'memory.mjs';
  const found = [];
  for (const { name, kind } of peers.filter((peer) => peer.kind !== 'floor')) {
    const held = await askChild(script, { name, rows: each.rows });
    if (held) found.push({ name, kind, median_us: null, ...held });
  }
  return found;
}

const runners = { 'poll-cold': cold, memory: weighed, start: started };

/** @returns the results of one case, ours first, each with its ratio to ours */
export async function runCase(workload, each, options) {
  const runner = Object.entries(workloads).find(([, known]) => known === workload)?.[0];
  const own = runners[runner];
  const found = await (own ? own(each, options) : timed(workload, each, options));
  const amount = (result) => result.bytes_per_row ?? result.median_us;
  const ours = amount(found.find(({ kind }) => kind === 'ours'));
  return found.map((result) => ({
    workload: workload.name,
    rows: each.rows,
    change: each.change,
    ...result,
    ratio_to_ours: amount(result) / ours,
  }));
}
