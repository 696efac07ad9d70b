import { QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { createRealtimeIntegration, getIntegration } from 'tidemark';
import { clientId, websocketUrl } from '../settings.ts';
import type { ShownRows } from './contestant.ts';
import { gauges, useGauges } from './gauges.ts';

interface Props {
  children: (shown: ShownRows) => ReactNode;
}

/** As an app would: an integration, and the entity's hook. */
export function TidemarkSide({ children }: Props) {
  const [client] = useState(() => new QueryClient());
  useEffect(() => {
    const integration = createRealtimeIntegration(client, {
      websocketUrl: websocketUrl(window.location, clientId),
      entities: [gauges],
    });
    integration.start();
    return () => {
      integration.dispose();
      client.clear();
    };
  }, [client]);
  return (
    <QueryClientProvider client={client}>
      <Rows>{children}</Rows>
    </QueryClientProvider>
  );
}

function Rows({ children }: Props) {
  const client = useQueryClient();
  const { data, error, realtime } = useGauges();
  return children({
    rows: data,
    isLive: realtime.continuity === 'live',
    problem: error?.message,
    leave: () => getIntegration(client)?.stop(),
  });
}
