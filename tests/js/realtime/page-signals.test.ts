// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from 'vitest';
import { listenToPage } from '../../../js/realtime/page-signals.ts';

const told: unknown[][] = [];
const listener = {
  pause: (...rest: unknown[]) => told.push(rest),
  wake: () => told.push(['wake']),
};

describe('listenToPage', () => {
  let stop = (): void => {};
  afterEach(() => {
    stop();
    told.length = 0;
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  const become = (state: DocumentVisibilityState) => {
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
    document.dispatchEvent(new Event('visibilitychange'));
  };

  it.each<[string, () => EventTarget, unknown[]]>([
    ['offline', () => window, ['offline', true]],
    ['online', () => window, ['offline', false]],
    ['freeze', () => document, ['frozen', true]],
    ['resume', () => document, ['frozen', false]],
    ['pagehide', () => window, ['frozen', true]],
    ['pageshow', () => window, ['frozen', false]],
  ])('tells of %s', (event, target, expected) => {
    stop = listenToPage(listener);
    target().dispatchEvent(new Event(event));
    expect(told).toEqual([expected]);
  });

  it('tells when nobody looks, and when somebody does', () => {
    stop = listenToPage(listener);
    become('hidden');
    become('visible');
    expect(told).toEqual([
      ['hidden', true],
      ['hidden', false],
    ]);
  });

  it('wakes when the network becomes another one', () => {
    const connection = new EventTarget();
    vi.stubGlobal('navigator', { onLine: true, connection });
    stop = listenToPage(listener);
    connection.dispatchEvent(new Event('change'));
    expect(told).toEqual([['wake']]);
  });

  it('says at once that the page starts hidden and offline', () => {
    vi.stubGlobal('navigator', { onLine: false });
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    stop = listenToPage(listener);
    expect(told).toEqual([
      ['offline', true],
      ['hidden', true],
    ]);
  });

  it('hears nothing more once it was stopped, and nothing without a page', () => {
    listenToPage(listener)();
    window.dispatchEvent(new Event('offline'));
    become('hidden');
    vi.stubGlobal('window', undefined);
    listenToPage(listener)();
    expect(told).toEqual([]);
  });
});
