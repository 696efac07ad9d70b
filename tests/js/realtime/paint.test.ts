import { afterEach, describe, expect, it, vi } from 'vitest';
import { beforePaint, runAt, runNextFrame } from '../../../js/realtime/paint.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function page(visibilityState: string): Array<() => void> {
  const frames: Array<() => void> = [];
  vi.stubGlobal('document', { visibilityState });
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  return frames;
}

describe('beforePaint', () => {
  it('waits for the frame of a page that is shown', async () => {
    const frames = page('visible');
    const task = vi.fn();
    beforePaint(task);
    await Promise.resolve();
    expect(task).not.toHaveBeenCalled();
    frames[0]?.();
    expect(task).toHaveBeenCalledOnce();
  });

  it('does not wait for ever, and runs once all the same', () => {
    vi.useFakeTimers();
    const frames = page('visible');
    const task = vi.fn();
    beforePaint(task);
    vi.advanceTimersByTime(100);
    expect(task).toHaveBeenCalledOnce();
    frames[0]?.();
    expect(task).toHaveBeenCalledOnce();
  });

  it.each(['hidden', undefined])(
    'runs at the end of the turn when the page is %s',
    async (state) => {
      const frames = state ? page(state) : [];
      const task = vi.fn();
      beforePaint(task);
      expect(task).not.toHaveBeenCalled();
      await Promise.resolve();
      expect(task).toHaveBeenCalledOnce();
      expect(frames).toEqual([]);
    },
  );
});

describe('runAt', () => {
  it('runs at the end of the turn, also on a page that is shown', async () => {
    const frames = page('visible');
    const task = vi.fn();
    runAt('microtask', task);
    expect(task).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(task).toHaveBeenCalledOnce();
    expect(frames).toEqual([]);
  });

  it('runs with the frame', () => {
    const frames = page('visible');
    const task = vi.fn();
    runAt('frame', task);
    frames[0]?.();
    expect(task).toHaveBeenCalledOnce();
  });

  it('runs after so many milliseconds', () => {
    vi.useFakeTimers();
    const frames = page('visible');
    const task = vi.fn();
    runAt(30, task);
    vi.advanceTimersByTime(29);
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(task).toHaveBeenCalledOnce();
    expect(frames).toEqual([]);
  });
});

describe('runNextFrame', () => {
  it('waits for the frame of a page that is shown', () => {
    const frames = page('visible');
    const task = vi.fn();
    runNextFrame(task);
    expect(task).not.toHaveBeenCalled();
    frames[0]?.();
    expect(task).toHaveBeenCalledOnce();
  });

  it('lets the turn end where there is no frame', async () => {
    vi.useFakeTimers();
    const task = vi.fn();
    runNextFrame(task);
    await Promise.resolve();
    expect(task).not.toHaveBeenCalled();
    vi.advanceTimersByTime(0);
    expect(task).toHaveBeenCalledOnce();
  });
});
