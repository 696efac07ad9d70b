import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chunk } from '../../../js/core/chunk.ts';

/** Fails so many times, and notes when it was asked. */
function lost(times: number, thrown: () => unknown = () => new TypeError('Failed to fetch')) {
  const began = Date.now();
  const asked: number[] = [];
  const load = async (): Promise<string> => {
    asked.push(Date.now() - began);
    if (asked.length <= times) throw thrown();
    return 'code';
  };
  return { asked, load };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a chunk', () => {
  it('that arrives is asked for once', async () => {
    const { asked, load } = lost(0);
    await expect(chunk(load)).resolves.toBe('code');
    expect(asked).toEqual([0]);
  });

  it('that was lost is asked for again, less and less often', async () => {
    const { asked, load } = lost(3);
    const arrived = chunk(load);
    await vi.runAllTimersAsync();
    await expect(arrived).resolves.toBe('code');
    expect(asked).toEqual([0, 500, 2500, 10_500]);
  });

  it('that never arrives is given up, with what was thrown last', async () => {
    let count = 0;
    const { asked, load } = lost(99, () => new Error(`failure ${++count}`));
    const refused = expect(chunk(load)).rejects.toThrow('failure 4');
    await vi.runAllTimersAsync();
    await refused;
    expect(asked).toHaveLength(4);
  });

  it('is asked for while offline once, and again when back', async () => {
    const page = new EventTarget();
    vi.stubGlobal('navigator', { onLine: false });
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    const { asked, load } = lost(1);
    const arrived = chunk(load);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual([0]);
    page.dispatchEvent(new Event('online'));
    await expect(arrived).resolves.toBe('code');
    expect(asked).toEqual([0, 60_000]);
  });

  it('whose address a browser remembers as failed is asked for by another', async () => {
    const message = 'error loading dynamically imported module: http://127.0.0.1:9/glue-x.js';
    const { asked, load } = lost(99, () => new TypeError(message));
    // Node imports nothing over HTTP, and says so in its own time.
    let failure: unknown;
    chunk(load).catch((thrown: unknown) => {
      failure = thrown;
    });
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(10_000);
      expect(String(failure)).toMatch(/http/);
    });
    expect(asked).toHaveLength(1);
  });
});
