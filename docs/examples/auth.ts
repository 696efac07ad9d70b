import { QueryClient } from '@tanstack/react-query';
import { createRealtimeIntegration, type RealtimeIntegrationOptions } from 'tidemark';
import { configureApi } from 'tidemark/entities';

// #region token
let token: Promise<string> | undefined;

async function askForToken(): Promise<string> {
  const response = await fetch('/auth/token', { method: 'POST' });
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  return ((await response.json()) as { token: string }).token;
}

/** Of the signed-in user; a new one after `refresh`. One request, however many want it. */
export async function getToken({ refresh = false } = {}): Promise<string> {
  if (refresh) token = undefined;
  token ??= askForToken();
  try {
    return await token;
  } catch (error) {
    token = undefined; // asked for again the next time
    throw error;
  }
}
// #endregion token

// #region session
/** Everything that belongs to one user. Call `close` when they sign out. */
export function openSession(options: RealtimeIntegrationOptions = {}) {
  const queryClient = new QueryClient();
  configureApi({ headers: async () => ({ authorization: `Bearer ${await getToken()}` }) });
  const integration = createRealtimeIntegration(queryClient, {
    websocketUrl: 'wss://example.com/realtime',
    getToken,
    ...options,
  });
  integration.start();
  const close = () => {
    integration.dispose(); // closes the link
    queryClient.clear(); // the next user sees no row of this one
    token = undefined;
  };
  return { queryClient, integration, close };
}
// #endregion session
