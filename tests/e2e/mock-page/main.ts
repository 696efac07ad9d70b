import { createWebSocketClient, type Dialect } from '../../../js/index.ts';
import { createMockServer, FakeClock } from '../../../js/testing.ts';

/** What a client in this page hears of a server in this page, whose link is cut in between. */
async function heard(dialect: Dialect): Promise<unknown[]> {
  const clock = new FakeClock();
  const tables = { notes: [{ id: 1, text: 'one', version: 1 }] };
  const server = createMockServer({ clock, dialect, tables });
  const { websocketUrl: url, ...options } = server.options;
  const client = createWebSocketClient({ url, ...options });
  const rows: unknown[] = [];
  client.subscribe('notes', undefined, ({ data }) => rows.push(data));
  client.connect();
  await clock.until(() => client.status === 'connected');
  await clock.advance(1000);
  server.patch('notes', { id: 1, text: 'two', version: 2 });
  await clock.until(() => rows.length === 1);
  server.faults.cut();
  await clock.until(() => client.status === 'reconnecting');
  await clock.until(() => client.status === 'connected');
  await clock.advance(1000);
  server.patch('notes', { id: 1, text: 'three', version: 3 });
  await clock.until(() => rows.length === 2);
  client.dispose();
  return rows;
}

const page = { heard };
export type MockPage = typeof page;
Object.assign(globalThis, { mockPage: page });
