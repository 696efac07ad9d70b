import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { createRealtimeIntegration } from '../../../js/index.ts';
import { FakeEngine } from '../support/fake-engine.ts';

/**
 * The answer is there and TanStack Query has not stored it yet: to fetch in that moment is to join
 * the fetch that is ending.
 */
it('reads again when the core asks for it while an answer is being stored', async () => {
  const engine = new FakeEngine();
  let view = 0;
  engine.onCall = (name, ...rest) => {
    if (name === 'beginSnapshot') view = rest[0] as number;
    if (name === 'endSnapshot' && engine.of('endSnapshot').length === 1) {
      engine.effects.push({ op: 'fetch', view, reason: 'gap' });
    }
  };
  const queryClient = new QueryClient();
  const integration = createRealtimeIntegration(
    queryClient,
    { websocketUrl: 'ws://localhost/none', server: true },
    { loadEngine: engine.load },
  );
  const spec = { queryKey: ['projects'], entity: 'projects' };
  const handle = integration.observe(spec);
  const read = vi.fn(async () => [{ id: 1 }]);
  const queryFn = () => integration.fetch(spec, read);
  const leave = new QueryObserver(queryClient, { queryKey: spec.queryKey, queryFn }).subscribe(
    () => {},
  );
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2));
  expect(engine.of('beginSnapshot')).toHaveLength(2);
  leave();
  handle.release();
  integration.dispose();
  queryClient.clear();
});
