import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { getIntegration } from '../realtime/attachment.ts';
import { IDLE, type LinkState } from '../realtime/link-state.ts';

const getIdle = (): LinkState => IDLE;

/**
 * How the connection is: `{ status, transport, attempt, quality }`. The component is
 * rendered when something of it changes. Without a `createRealtimeIntegration` on the query
 * client, and on a server, it is `disconnected`.
 */
export function useRealtimeStatus(queryClient?: QueryClient): LinkState {
  const integration = getIntegration(useQueryClient(queryClient));
  const subscribe = useCallback(
    (changed: () => void) => integration?.subscribeStatus(changed) ?? (() => {}),
    [integration],
  );
  return useSyncExternalStore(subscribe, () => integration?.link ?? IDLE, getIdle);
}
