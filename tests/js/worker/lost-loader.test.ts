import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { createRealtimeIntegration } from '../../../js/index.ts';

afterEach(() => void vi.useRealTimers());

// Vitest fails a run in which a rejection is left to nobody.
test('a loader of workers that never arrives is told once, and disposing is quiet', async () => {
  let asked = 0;
  vi.doMock('../../../js/worker/remote-loader.ts', () => {
    asked++;
    throw new TypeError('Failed to fetch dynamically imported module');
  });
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const codes: string[] = [];
  const integration = createRealtimeIntegration(new QueryClient(), {
    websocketUrl: 'ws://127.0.0.1:9',
    worker: true,
    server: true,
    onError: ({ code }) => codes.push(code),
  });
  integration.start();
  await vi.waitFor(async () => {
    await vi.advanceTimersByTimeAsync(10_000);
    expect(integration.status).toBe('error');
  });
  expect(codes).toEqual(['core_unavailable']);
  expect(asked).toBeGreaterThan(0);
  integration.dispose();
  vi.useRealTimers();
  await new Promise((resolve) => setTimeout(resolve, 20));
});
