import type { DemoPage } from './demo-page.ts';
import type { DemoServer } from './demo-server.ts';
import { isFirefox } from './firefox.ts';

/**
 * Takes the page off the network, and back. In Chromium its open WebSocket stays open and silent. In
 * Firefox it ends: there the browser refuses what is new but leaves what is open, so its server cuts
 * that.
 */
export async function setOffline(
  demo: DemoPage,
  server: DemoServer,
  isOffline: boolean,
): Promise<void> {
  const context = demo.page.context();
  await context.setOffline(isOffline);
  if (!isOffline || !isFirefox(context)) return;
  await server.fault({ client: await demo.clientId(), cut: true });
}
