// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Effect } from '../../../js/core/effects.ts';
import { createRealtimeIntegration, type RealtimeIntegration } from '../../../js/index.ts';
import { useRealtimeStatus } from '../../../js/react.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { fakeWebSocket } from '../support/fake-links.ts';

const connected = {
  op: 'status',
  status: 'connected',
  transport: 'websocket',
  attempt: 0,
} as const;
const good = {
  op: 'quality',
  grade: 'good',
  rttMs: 12,
  jitterMs: 2,
  missedHeartbeats: 0,
  reconnects: 0,
} as const;

describe('useRealtimeStatus', () => {
  let queryClient = new QueryClient();
  let integration: RealtimeIntegration | undefined;
  const engine = () => new FakeEngine();

  afterEach(() => {
    cleanup();
    integration?.dispose();
    integration = undefined;
    queryClient = new QueryClient();
  });

  function wrapper({ children }: { children: ReactNode }) {
    return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
  }

  async function start(core: FakeEngine, onQualityChange = vi.fn()) {
    integration = createRealtimeIntegration(
      queryClient,
      { websocketUrl: 'ws://h/', WebSocket: fakeWebSocket(), onQualityChange },
      { loadEngine: core.load },
    );
    integration.start();
    await vi.waitFor(() => expect(core.of('connect')).toHaveLength(1));
    return onQualityChange;
  }
  const say = (core: FakeEngine, ...effects: Effect[]) =>
    act(async () => {
      core.effects.push(...effects);
      integration?.stop();
    });

  it.each([false, true])('shows status and quality (StrictMode: %s)', async (reactStrictMode) => {
    const core = engine();
    const onQualityChange = await start(core);
    const { result } = renderHook(() => useRealtimeStatus(), { wrapper, reactStrictMode });
    expect(result.current.status).toBe('connecting');
    expect(result.current.quality.grade).toBe('offline');
    await say(core, connected, good);
    const { op: _, ...quality } = good;
    expect(result.current).toEqual({
      status: 'connected',
      transport: 'websocket',
      attempt: 0,
      quality,
    });
    expect(onQualityChange.mock.calls).toEqual([[quality]]);
    expect(integration?.quality).toBe(result.current.quality);
  });

  it('renders only when something of it changes, and keeps the quality that did not', async () => {
    const core = engine();
    await start(core);
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders++;
        return useRealtimeStatus();
      },
      { wrapper },
    );
    await say(core, connected, good);
    const { current: before } = result;
    const seen = renders;
    await say(core, connected, good);
    expect(renders).toBe(seen);
    expect(result.current).toBe(before);
    await say(core, { ...connected, status: 'reconnecting', transport: null, attempt: 1 });
    expect(renders).toBe(seen + 1);
    expect(result.current.quality).toBe(before.quality);
    await say(core, { ...good, rttMs: 400, grade: 'fair' });
    expect(result.current.quality).toMatchObject({ grade: 'fair', rttMs: 400 });
  });

  it('is disconnected without an integration, and on a server', async () => {
    const { result } = renderHook(() => useRealtimeStatus(), { wrapper });
    expect(result.current).toMatchObject({ status: 'disconnected', transport: null, attempt: 0 });
    const core = engine();
    await start(core);
    await say(core, connected);
    const Shown = () => <>{useRealtimeStatus().status}</>;
    expect(renderToString(wrapper({ children: <Shown /> }))).toBe('disconnected');
  });

  it('stops listening when it is unmounted', async () => {
    const core = engine();
    await start(core);
    const { result, unmount } = renderHook(() => useRealtimeStatus(), { wrapper });
    unmount();
    await say(core, connected);
    expect(result.current.status).toBe('connecting');
  });
});
