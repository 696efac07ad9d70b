import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FrameFaults, RoughWay } from '../../demo/server/rough-way.ts';

const NONE: FrameFaults = { drop: 0, duplicate: 0, delayMs: 0, reorder: 0, seed: 7 };
const FRAMES = Array.from({ length: 200 }, (_, n) => n);
const MORE = Array.from({ length: 20 }, (_, n) => 200 + n);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What arrives of FRAMES with the faults, and of MORE after them, in order. */
async function arrivals(faults: Partial<FrameFaults>): Promise<number[]> {
  const arrived: number[] = [];
  let current: FrameFaults | undefined = { ...NONE, ...faults };
  const way = new RoughWay(() => current);
  const send = async (frame: number) => {
    way.send(() => arrived.push(frame));
    await vi.advanceTimersByTimeAsync(1);
  };
  for (const frame of FRAMES) await send(frame);
  current = undefined;
  for (const frame of MORE) await send(frame);
  await vi.runAllTimersAsync();
  return arrived;
}

const sorted = (frames: readonly number[]) => [...frames].sort((a, b) => a - b);

describe('a rough way', () => {
  it('carries everything in order without faults', async () => {
    expect(await arrivals({})).toEqual([...FRAMES, ...MORE]);
  });

  it('drops its share', async () => {
    const arrived = await arrivals({ drop: 0.3 });
    expect(sorted(arrived)).toEqual(arrived);
    expect(arrived.length - MORE.length).toBeGreaterThan(100);
    expect(arrived.length - MORE.length).toBeLessThan(180);
    expect(arrived.slice(-MORE.length)).toEqual(MORE);
    expect(await arrivals({ drop: 1 })).toEqual(MORE);
  });

  it('repeats its share, and loses nothing', async () => {
    const arrived = await arrivals({ duplicate: 0.3 });
    expect([...new Set(sorted(arrived))]).toEqual([...FRAMES, ...MORE]);
    expect(arrived.length).toBeGreaterThan(FRAMES.length + MORE.length + 20);
  });

  it('delays in order', async () => {
    expect(await arrivals({ delayMs: 500 })).toEqual([...FRAMES, ...MORE]);
  });

  it('holds everything back, and then says it in order', async () => {
    const arrived: number[] = [];
    const faults: FrameFaults = { ...NONE, heldUntil: Date.now() + 1000 };
    const way = new RoughWay(() => faults);
    for (const frame of MORE) way.send(() => arrived.push(frame));
    await vi.advanceTimersByTimeAsync(990);
    expect(arrived).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(arrived).toEqual(MORE);
  });

  it('lets frames overtake each other, but none that is sent after the faults', async () => {
    const arrived = await arrivals({ reorder: 0.3 });
    expect(arrived).not.toEqual([...FRAMES, ...MORE]);
    expect(sorted(arrived)).toEqual([...FRAMES, ...MORE]);
    expect(arrived.slice(-MORE.length)).toEqual(MORE);
  });

  it('does the same for the same seed', async () => {
    const faults = { drop: 0.2, duplicate: 0.2, reorder: 0.2 };
    expect(await arrivals(faults)).toEqual(await arrivals(faults));
    expect(await arrivals(faults)).not.toEqual(await arrivals({ ...faults, seed: 8 }));
  });

  it('forgets what is late when its link ends', async () => {
    const arrived: number[] = [];
    const way = new RoughWay(() => ({ ...NONE, delayMs: 1000 }));
    for (const frame of FRAMES) way.send(() => arrived.push(frame));
    way.close();
    await vi.runAllTimersAsync();
    expect(arrived).toEqual([]);
  });
});
