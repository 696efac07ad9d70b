// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TidemarkError } from '../../../js/core/errors.ts';
import { Driver } from '../../../js/realtime/driver.ts';
import type { DriverHandlers } from '../../../js/realtime/driver-options.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { fakeEventSource, fakeWebSocket } from '../support/fake-links.ts';

const settled = () => vi.advanceTimersByTimeAsync(0);

function setUp(handlers: Partial<DriverHandlers> = {}) {
  const engine = new FakeEngine();
  const WebSocket = fakeWebSocket();
  const errors: Array<[TidemarkError, boolean]> = [];
  const driver = new Driver({
    config: {},
    links: { url: new URL('ws://h/'), WebSocket, EventSource: fakeEventSource() },
    handlers: { error: (...rest) => errors.push(rest), ...handlers },
    loadEngine: engine.load,
  });
  return { driver, engine, errors, sockets: WebSocket.made };
}

describe('Driver', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('loads the core at the first input and hands over what waited, in order', async () => {
    const { driver, engine } = setUp();
    expect(engine.config).toBeUndefined();
    driver.run((core, now) => core.connect(now));
    const sub = driver.ask((core, now) => core.subscribe('projects', '', now));
    expect(engine.calls).toEqual([]);
    expect(await sub).toBe(1);
    expect(engine.calls.map(([name]) => name)).toEqual(['connect', 'subscribe']);
    driver.run((core, now) => core.wake(now));
    expect(engine.of('wake')).toHaveLength(1);
  });

  it('performs effects in order, also those that a handler causes', async () => {
    const order: string[] = [];
    const { driver, engine } = setUp({
      fetch: ({ view }) => {
        order.push(`fetch ${view}`);
        if (view === 1) driver.run((core, now) => core.beginSnapshot(view, now));
      },
    });
    engine.onCall = (name) => {
      if (name === 'connect') {
        engine.effects.push({ op: 'fetch', view: 1, reason: 'poll' });
        engine.effects.push({ op: 'fetch', view: 2, reason: 'poll' });
      }
      if (name === 'beginSnapshot') engine.effects.push({ op: 'fetch', view: 3, reason: 'poll' });
    };
    driver.run((core, now) => core.connect(now));
    await settled();
    expect(order).toEqual(['fetch 1', 'fetch 2', 'fetch 3']);
  });

  it('opens, feeds, sends on and closes links', async () => {
    const { driver, engine, sockets } = setUp();
    engine.effects.push({ op: 'open', link: 7, transport: 'websocket', query: '' });
    driver.run((core, now) => core.connect(now));
    await settled();
    sockets[0]?.open();
    engine.effects.push({ op: 'send', link: 7, text: 'hi' });
    sockets[0]?.message('{}');
    engine.effects.push({ op: 'close', link: 7, code: 1000 });
    driver.run((core, now) => core.disconnect(now));
    expect(engine.of('linkOpened')).toEqual([[7]]);
    expect(engine.of('frame')).toEqual([[7, '{}']]);
    expect(sockets[0]?.sent).toEqual(['hi']);
    expect(sockets[0]?.closes).toEqual([1000]);
  });

  it('keeps one timer at the deadline and ticks', async () => {
    const { driver, engine } = setUp();
    engine.deadline = 1_000_500;
    driver.run((core, now) => core.connect(now));
    await settled();
    engine.deadline = 1_000_200;
    driver.run((core, now) => core.wake(now));
    expect(vi.getTimerCount()).toBe(1);
    engine.onCall = (name) => {
      if (name === 'tick') engine.deadline = null;
    };
    await vi.advanceTimersByTimeAsync(200);
    expect(engine.of('tick')).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not wait for a timer that a clock set forward has made late', async () => {
    const { driver, engine } = setUp();
    engine.deadline = 1_010_000;
    driver.run((core, now) => core.connect(now));
    await settled();
    vi.setSystemTime(1_009_000);
    driver.run((core, now) => core.wake(now));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(engine.of('tick')).toHaveLength(1);
  });

  it('does not wait longer when the clock is set back', async () => {
    const { driver, engine } = setUp();
    engine.deadline = 1_001_000;
    driver.run((core, now) => core.connect(now));
    await settled();
    vi.setSystemTime(1);
    driver.run((core, now) => core.wake(now));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(engine.of('tick')).toHaveLength(1);
  });

  it('survives a deadline beyond what setTimeout can hold', async () => {
    const { driver, engine } = setUp();
    engine.deadline = 1_000_000 + 2 ** 40;
    driver.run((core, now) => core.connect(now));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(engine.of('tick')).toHaveLength(0);
  });

  it('flushes once for all inputs before a paint', async () => {
    const painted = () => vi.advanceTimersByTimeAsync(20);
    const flushed = vi.fn();
    const { driver, engine } = setUp({ flushed });
    driver.run((core, now) => core.connect(now));
    await painted();
    const before = engine.flushes;
    engine.changes = [{ view: 1, rows: [] }];
    for (let i = 0; i < 50; i++) {
      driver.run((core, now) => core.frame(1, '{}', now));
      await settled();
    }
    expect(engine.flushes - before).toBe(0);
    await painted();
    expect(engine.flushes - before).toBe(1);
    expect(flushed).toHaveBeenLastCalledWith([{ view: 1, rows: [] }], true);
  });

  it('flushes again next frame when not all was shown, unless it was asked to', async () => {
    const flushed = vi.fn().mockReturnValue(true);
    const { driver } = setUp({ flushed });
    driver.run((core, now) => core.connect(now));
    await vi.advanceTimersByTimeAsync(20);
    const before = flushed.mock.calls.length;
    await vi.advanceTimersByTimeAsync(20);
    expect(flushed.mock.calls.length).toBeGreaterThan(before);
    flushed.mockReturnValue(false);
    await vi.advanceTimersByTimeAsync(40);
    const last = flushed.mock.calls.length;
    driver.flush();
    expect(flushed).toHaveBeenCalledTimes(last + 1);
    expect(flushed).toHaveBeenLastCalledWith([], false);
    await vi.advanceTimersByTimeAsync(40);
    expect(flushed).toHaveBeenCalledTimes(last + 1);
  });

  it('reports a handler that throws and goes on', async () => {
    const later = vi.fn();
    const { driver, engine, errors } = setUp({
      status: () => {
        throw new Error('user bug');
      },
      fetch: later,
    });
    engine.effects.push({ op: 'status', status: 'connecting', transport: null, attempt: 0 });
    engine.effects.push({ op: 'fetch', view: 1, reason: 'poll' });
    driver.run((core, now) => core.connect(now));
    await settled();
    expect(errors.map(([error]) => error.code)).toEqual(['callback_failed']);
    expect(later).toHaveBeenCalledOnce();
  });

  it('lets nothing out of a transport callback', async () => {
    const { driver, engine, errors, sockets } = setUp();
    engine.effects.push({ op: 'open', link: 1, transport: 'websocket', query: '' });
    driver.run((core, now) => core.connect(now));
    await settled();
    engine.onCall = (name) => {
      if (name === 'frame') throw new WebAssembly.RuntimeError('unreachable');
    };
    expect(() => sockets[0]?.message('{}')).not.toThrow();
    await settled();
    expect(errors.map(([error]) => error.code)).toEqual(['core_failed']);
  });

  it('answers a token effect, unless its link is gone by then', async () => {
    const answers: Array<(token: string) => void> = [];
    const engine = new FakeEngine();
    const driver = new Driver({
      config: {},
      links: { url: new URL('ws://h/'), WebSocket: fakeWebSocket() },
      getToken: () => new Promise((resolve) => answers.push(resolve)),
      handlers: { error: () => {} },
      loadEngine: engine.load,
    });
    for (const link of [1, 2]) engine.effects.push({ op: 'token', link, refresh: false });
    driver.run((core, now) => core.connect(now));
    await settled();
    engine.effects.push({ op: 'close', link: 1, code: 1000 });
    driver.run((core, now) => core.tick(now));
    answers[0]?.('late');
    answers[1]?.('good');
    await settled();
    expect(engine.of('token')).toEqual([[2, 'good']]);
  });

  it('listens to the page until it is disposed', async () => {
    const { driver, engine } = setUp();
    driver.run((core, now) => core.connect(now));
    await settled();
    window.dispatchEvent(new Event('offline'));
    const heard = [['pause', 'offline', true]];
    expect(engine.calls.slice(1)).toEqual(heard);
    driver.dispose();
    window.dispatchEvent(new Event('offline'));
    expect(engine.calls).toHaveLength(1 + heard.length);
  });

  it('closes its links and its core when disposed', async () => {
    const { driver, engine, sockets } = setUp();
    engine.effects.push({ op: 'open', link: 1, transport: 'websocket', query: '' });
    engine.deadline = 2_000_000;
    driver.run((core, now) => core.connect(now));
    await settled();
    driver.dispose();
    driver.dispose();
    expect(engine.disposed).toBe(true);
    expect(sockets[0]?.closes).toEqual([1000]);
    expect(vi.getTimerCount()).toBe(0);
    await expect(driver.ask((core) => core.stats())).rejects.toMatchObject({ code: 'disposed' });
  });

  it('disposes a core that was still loading', async () => {
    const { driver, engine, errors } = setUp();
    driver.run((core, now) => core.connect(now));
    driver.dispose();
    await settled();
    expect(engine.disposed).toBe(true);
    expect(engine.calls).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('says once, and as fatal, that the core does not load', async () => {
    const errors: Array<[TidemarkError, boolean]> = [];
    const driver = new Driver({
      config: {},
      links: null,
      handlers: { error: (...rest) => errors.push(rest) },
      loadEngine: () => Promise.reject(new Error('blocked')),
    });
    driver.run((core, now) => core.connect(now));
    driver.run((core, now) => core.wake(now));
    await settled();
    driver.run((core, now) => core.wake(now));
    await settled();
    expect(errors.map(([{ code }, fatal]) => [code, fatal])).toEqual([['core_unavailable', true]]);
  });
});
