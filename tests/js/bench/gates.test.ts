import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../js/core/engine.ts';
import { GateFailure, keptPercent, requireEqual } from '../../bench/lib/gate.mjs';
import { measure, summary } from '../../bench/lib/measure.mjs';
import { bodyOf, makeRows } from '../../bench/lib/rows.mjs';
import { builtInPeersOf, startersOf } from '../../bench/peers/registry.mjs';
import { judge } from '../../bench/report/targets.mjs';
import * as dedup from '../../bench/workloads/dedup.mjs';
import * as ingest from '../../bench/workloads/ingest.mjs';
import * as live from '../../bench/workloads/live.mjs';
import { fill, hold } from '../../bench/workloads/memory.mjs';
import * as poll from '../../bench/workloads/poll.mjs';
import { requireFirstRow } from '../../bench/workloads/start.mjs';

// The benchmark itself is not part of the tests. These run what it rests on: that our results and
// those of the hand-written peers are equal, for every workload, at 100 rows.
const ROWS = 100;
const FRAMES = 200;

interface Contestant {
  name: string;
  kind: string;
  kept_percent?: number | null;
  unit: number;
  step(): unknown;
  left(): number;
  recheck(): void;
  close(): unknown;
}

interface Peer {
  name: string;
  kind: string;
}

interface Workload {
  name: string;
  cases(options: { quick: boolean }): { rows: number; change: string }[];
  contest(each: object, peers: readonly Peer[], context: object): Promise<Contestant[]>;
}

const timed = [poll, ingest, live, dedup] as unknown as Workload[];

const changesOf = (workload: Workload) => [
  ...new Set(workload.cases({ quick: false }).map(({ change }) => change)),
];

async function contestOf(workload: Workload, change: string, peers: readonly Peer[]) {
  const context = { Engine, frames: FRAMES };
  return workload.contest({ rows: ROWS, change }, peers, context);
}

const byHand = async (workload: string) =>
  ((await builtInPeersOf(workload)) as Peer[]).filter(({ kind }) => kind !== 'floor');

beforeAll(async () => {
  // The first engine of a process compiles the core.
  (await Engine.load({ transports: [] })).dispose();
});

describe('the benchmark', () => {
  for (const workload of timed) {
    for (const change of changesOf(workload)) {
      it(`${workload.name}, ${change}: everybody gets the same result`, async () => {
        const contestants = await contestOf(workload, change, await byHand(workload.name));
        const kinds = new Set(contestants.map(({ kind }) => kind));
        expect([...kinds].sort()).toEqual(['hand', 'ours']);
        for (const contestant of contestants) {
          // Keyed by id, whatever moved: only index by index loses them (I6).
          if (workload.name === 'poll') expect(contestant.kept_percent).toBe(100);
          for (let i = 0; i < 2; i++) contestant.step();
          contestant.recheck();
          await contestant.close();
        }
      });
    }
  }

  it('refuses a peer whose result differs', async () => {
    const rows = makeRows(2);
    const forgetful = {
      name: 'forgetful',
      kind: 'hand',
      create: () => ({ poll: () => rows, take: () => {}, rows: () => rows }),
    };
    for (const workload of [poll, ingest] as unknown as Workload[]) {
      const change = workload.cases({ quick: true }).at(0)?.change ?? '';
      await expect(contestOf(workload, change, [forgetful])).rejects.toThrow(GateFailure);
    }
    expect(() => requireEqual({ name: 'x' }, 'rows', rows, [rows[0]])).toThrow(/2 rows instead/);
  });

  it('memory and start: the rows held are the rows sent', async () => {
    for (const peer of await byHand('memory')) {
      const held = await hold(peer, ROWS, Engine);
      await held?.close?.();
    }
    for (const peer of await byHand('dedup')) (await fill(peer, ROWS, Engine)).close?.();
    const list = makeRows(ROWS);
    const load = {
      engine: () => import('../../../js/core/engine.ts'),
      package: () => import('../../../js/index.ts'),
      query: () => import('@tanstack/react-query'),
    };
    for (const peer of (await startersOf()).filter(({ fromNpm }) => !fromNpm)) {
      const shown = await peer.show({ body: bodyOf(list), load });
      requireFirstRow(peer, shown, list);
      shown.close?.();
    }
  });

  it('takes as long a sample as planned, whatever the last step of the warm-up cost', async () => {
    let now = 0;
    let steps = 0;
    const paysForAll = {
      name: 'once',
      kind: 'hand',
      unit: 1,
      left: () => Number.POSITIVE_INFINITY,
      step: () => {
        steps++;
        now += steps === 100 ? 1000 : 1;
      },
    };
    const plan = { warmUs: 1099, sampleUs: 50, samples: 1, budgetUs: 1e9, leastSamples: 1 };
    await measure([paysForAll] as never, plan, { name: 'steps', now: () => now });
    expect(steps).toBe(100 + 50);
  });

  it('counts what kept its object', () => {
    const before = makeRows(4);
    const after = [before[0], { ...before[1] }, { ...before[2], name: 'new' }];
    expect(keptPercent(before, after)).toBe(50);
  });

  it('times each contestant per operation, in rounds', async () => {
    let now = 0;
    const spends = (us: number, unit: number) => ({
      name: `${us}`,
      kind: 'hand',
      unit,
      left: () => Number.POSITIVE_INFINITY,
      step: () => {
        now += us;
      },
    });
    const plan = {
      warmUs: 100,
      sampleUs: 50,
      samples: 7,
      budgetUs: 1e9,
      leastSamples: 3,
    };
    const clock = { name: 'steps', now: () => now };
    const found = await measure([spends(10, 1), spends(400, 100)] as never, plan, clock);
    expect(found.map(({ median_us, samples }) => [median_us, samples])).toEqual([
      [10, 7],
      [4, 7],
    ]);
    expect(summary([4, 1, 3, 2, 5])).toMatchObject({ median_us: 3, p25_us: 2, p75_us: 4 });
  });

  it('judges a target only by what was measured', () => {
    const result = (name: string, kind: string, ratio_to_ours: number) => {
      const place = { workload: 'poll', rows: 10_000, change: '0 %' };
      return { ...place, name, kind, ratio_to_ours, median_us: ratio_to_ours };
    };
    const name = 'TanStack Query (replaceEqualDeep)';
    expect(judge([])).toEqual([]);
    expect(judge([result('Tidemark', 'ours', 1), result(name, 'library', 79)])).toMatchObject([
      { measured: '79.0×', met: false },
    ]);
    expect(judge([result('Tidemark', 'ours', 1), result(name, 'library', 81)])).toMatchObject([
      { measured: '81.0×', met: true },
    ]);
  });
});
