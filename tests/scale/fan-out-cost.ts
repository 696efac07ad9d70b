import type { Change } from '../../demo/server/change.ts';
import type { ChangeStream } from '../../demo/server/change-stream.ts';
import { FanOut } from '../../demo/server/fan-out.ts';
import { History } from '../../demo/server/history.ts';
import { type Channel, Session } from '../../demo/server/session.ts';

// node --import tsx tests/scale/fan-out-cost.ts: what a change costs a gateway without its sockets,
// by how many subscriptions there are and how many want it.

const CHANGES = 5000;
const ROW_TEXT = 'I would like to help, as I did last year';

function changesOf(count: number, lists: number, from: number): Change[] {
  return Array.from({ length: count }, (_, n) => {
    const row = JSON.stringify({
      id: n,
      project_id: 1 + (n % lists),
      volunteer_id: '00000000-0000-4000-8000-000000000001',
      status: 'pending',
      message: ROW_TEXT,
      details: {},
      created_at: '2026-01-01T00:00:00.000000+00:00',
      updated_at: '2026-01-01T00:00:00.000000+00:00',
      version: n,
    });
    const committedAt = '2026-01-01T00:00:00.000Z';
    const table = 'volunteer_applications';
    return { seq: from + n, table, action: 'update', row, old: row, mutation: null, committedAt };
  });
}

async function measure(clients: number, lists: number): Promise<void> {
  const history = new History({});
  history.restart('epoch', 0);
  const changes: ChangeStream = Object.assign(history, {
    onNewEpoch: () => {},
    refresh: async () => {},
    keeps: async () => true,
    stored: async () => undefined,
  }) as never;
  const fanOut = new FanOut(changes);
  let sent = 0;
  const channel: Channel = {
    send: () => {},
    countEvents: (count) => {
      sent += count;
    },
    congested: () => false,
    drained: async () => true,
    abort: () => {},
    cut: () => {},
    deny: () => {},
  };
  for (let n = 0; n < clients; n++) {
    const filter = `project_id=eq.${1 + (n % lists)}`;
    const session = new Session({ changes, fanOut }, channel);
    const wish = {
      op: 'subscribe',
      ref: 1,
      entity: 'applications',
      filter,
      since: undefined,
    } as const;
    await session.subscribe([wish]);
  }
  // Once to be compiled, then for the clock.
  history.hand(changesOf(CHANGES, lists, 1));
  sent = 0;
  const batch = changesOf(CHANGES, lists, CHANGES + 1);
  const before = process.cpuUsage();
  for (let at = 0; at < CHANGES; at += 5) history.hand(batch.slice(at, at + 5));
  const { user, system } = process.cpuUsage(before);
  const each = (user + system) / CHANGES;
  console.log(
    `${clients} subscriptions, ${(sent / CHANGES).toFixed(0)} copies a change: ${each.toFixed(1)} µs a change`,
  );
}

for (const [clients, lists] of [
  [10, 10],
  [10_000, 10_000],
  [10_000, 1000],
  [10_000, 100],
] as const) {
  await measure(clients, lists);
}
