import { isDeepStrictEqual } from 'node:util';
import { WebSocket } from 'ws';
import { type WatchedList, watchList } from '../server/watched-list.ts';
import type { Answer, CrowdPlan, CrowdReport, Order } from './crowd-messages.ts';

// The clients of one process: each a Tidemark engine and a TanStack Query cache of its own.

interface Row {
  id: number;
  version: number;
}

interface Member {
  project: number;
  list: WatchedList<Row>;
  /** seq of the newest event that reached the app. */
  lastSeq: number;
  /** The row objects that the app was shown last. */
  shown: Map<number, Row>;
  reads: number;
}

const members: Member[] = [];
let latencies: Record<string, number> = {};
let events = 0;
let repeated = 0;

/** An object that is new to the app must hold news. */
function look(member: Member): void {
  const rows = member.list.rows();
  const shown = new Map<number, Row>();
  for (const row of rows) {
    const before = member.shown.get(row.id);
    if (before && before !== row && row.version <= before.version) repeated++;
    shown.set(row.id, row);
  }
  member.shown = shown;
}

async function join(project: number, { url, reconnectInterval }: CrowdPlan): Promise<void> {
  const address = `${url}/api/applications?project_id=eq.${project}`;
  const read = async () => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`read: ${response.status}`);
    return ((await response.json()) as { data: Row[] }).data;
  };
  const member: Member = {
    project,
    lastSeq: 0,
    shown: new Map(),
    reads: 0,
    list: undefined as never,
  };
  member.list = watchList<Row>(
    { entity: 'applications', filter: `project_id=eq.${project}`, read },
    {
      websocketUrl: `${url.replace('http', 'ws')}/realtime`,
      WebSocket,
      reconnectInterval,
      onEvent: ({ id, timestamp }) => {
        events++;
        const seq = Number(id.slice(id.lastIndexOf(':') + 1));
        if (seq <= member.lastSeq) repeated++;
        member.lastSeq = seq;
        const late = Math.max(0, Math.round(Date.now() - Date.parse(timestamp)));
        latencies[late] = (latencies[late] ?? 0) + 1;
      },
    },
    () => look(member),
  );
  members.push(member);
  while (member.list.continuity() !== 'live')
    await new Promise((resolve) => setTimeout(resolve, 20));
}

async function open(plan: CrowdPlan): Promise<Answer> {
  const waiting = [...plan.projects];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await join(next, plan);
    }
  };
  await Promise.all(Array.from({ length: plan.atOnce }, lane));
  return { kind: 'opened' };
}

function report(): CrowdReport {
  const errors: Record<string, number> = {};
  const total = { reconnects: 0, gaps: 0, duplicatesDropped: 0, live: 0, reads: 0 };
  for (const member of members) {
    const { list } = member;
    const stats = list.stats();
    total.reconnects += stats?.reconnects ?? 0;
    total.gaps += stats?.gaps ?? 0;
    total.duplicatesDropped += stats?.duplicates ?? 0;
    if (list.continuity() === 'live') total.live++;
    total.reads += list.reads() - member.reads;
    member.reads = list.reads();
    for (const code of list.errors) errors[code] = (errors[code] ?? 0) + 1;
  }
  const { user, system } = process.cpuUsage();
  const answer: CrowdReport = {
    kind: 'report',
    latencies,
    events,
    repeated,
    ...total,
    errors,
    rss: process.memoryUsage.rss(),
    cpuMs: (user + system) / 1000,
  };
  latencies = {};
  events = 0;
  repeated = 0;
  return answer;
}

function compare(table: Record<string, unknown[]>): Answer {
  let equal = 0;
  let example: string | undefined;
  for (const { project, list } of members) {
    const shown = [...list.rows()].sort((a, b) => a.id - b.id);
    if (isDeepStrictEqual(shown, table[project] ?? [])) equal++;
    else
      example ??= `project ${project}: ${shown.length} rows, ${table[project]?.length} in the table`;
  }
  return { kind: 'compared', equal, different: members.length - equal, example };
}

async function obey(order: Order): Promise<Answer> {
  switch (order.kind) {
    case 'open':
      return open(order.plan);
    case 'report':
      return report();
    case 'compare':
      return compare(order.table);
  }
}

process.on('message', (order: Order) => {
  void obey(order).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
