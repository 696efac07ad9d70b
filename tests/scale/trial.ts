import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '../server/postgres-cluster.ts';
import type { CrowdReport } from './crowd-messages.ts';
import { CrowdProcess } from './crowd-process.ts';
import { Latency } from './latency.ts';
import { startNats } from './nats-server.ts';
import { startNginx } from './nginx.ts';
import { GatewayNode, type NodeStats } from './node.ts';
import { freePorts } from './ports.ts';
import { Writer } from './writer.ts';

const NODES = 3;
const ROWS_EACH = 20;
/** Clients that show the same list. */
const SHARING = 5;
const SETTLE_MS = 90_000;

export interface TrialPlan {
  clients: number;
  /** Processes that hold them. */
  crowds: number;
  rowsPerSecond: number;
  /** Whether NATS carries the stream. */
  nats: boolean;
  /** Of each phase. */
  seconds: number;
  log: (line: string) => void;
}

/** What happened in one phase, to all clients and nodes together. */
export interface Phase {
  name: string;
  seconds: number;
  written: number;
  delivered: number;
  repeated: number;
  p50: number;
  p99: number;
  reconnects: number;
  /** Lists that were read again; every other client that came back resumed by position. */
  reads: number;
  /** Share of one core, by process; 0 for a node that was down at either end. */
  cpu: { nodes: number[]; crowds: number };
  nodes: Array<NodeStats | undefined>;
}

export interface TrialResult {
  phases: Phase[];
  equal: number;
  different: number;
  example: string | undefined;
  /** From the last write until every client was equal, in ms. */
  settledMs: number;
  crowds: CrowdReport[];
  /** Of each node with no client, in bytes. */
  idleRss: number[];
}

type Ending = Array<() => Promise<unknown>>;

/** That nginx needs; Node and nginx raise their own limits as far as they may. */
export const openFilesOf = (clients: number) => 3 * clients + 1000;

/** Gateways behind nginx over one Postgres, and clients; a node dies, another is restarted. */
export async function runTrial(plan: TrialPlan): Promise<TrialResult> {
  const ending: Ending = [];
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
    }
  });
  try {
    return await Promise.race([run(plan, ending), interrupted]);
  } finally {
    for (const end of ending.reverse()) await end().catch(() => {});
  }
}

async function run(plan: TrialPlan, ending: Ending): Promise<TrialResult> {
  const { clients, crowds: crowdCount, rowsPerSecond, seconds, log } = plan;
  const projects = Math.max(1, Math.round(clients / SHARING));
  const cluster = await startPostgres();
  ending.push(() => cluster.stop());

  const [front = 0, ...ports] = await freePorts(NODES + 1);
  const env: Record<string, string> = { DATABASE_URL: cluster.url };
  if (plan.nats) {
    const nats = await startNats();
    ending.push(() => nats.stop());
    env.NATS_URL = nats.url;
  }
  const nodes = ports.map((port) => new GatewayNode(port, env));
  for (const node of nodes) ending.push(() => node.stop('SIGKILL'));
  await Promise.all(nodes.map((node) => node.start()));
  const proxy = await startNginx(front, ports, openFilesOf(clients));
  ending.push(() => proxy.stop());

  const writer = new Writer(cluster.url, projects, rowsPerSecond);
  ending.push(() => writer.end());
  await writer.fill(ROWS_EACH);
  const idleRss = (await Promise.all(nodes.map((node) => node.stats()))).map(
    ({ memory }) => memory.rss,
  );

  const crowds = Array.from({ length: crowdCount }, () => new CrowdProcess());
  for (const crowd of crowds) ending.push(() => crowd.end());
  const all = Array.from({ length: clients }, (_, n) => 1 + (n % projects));
  const url = `http://127.0.0.1:${front}`;
  const began = performance.now();
  await Promise.all(
    crowds.map((crowd, index) => {
      const mine = all.filter((_, n) => n % crowdCount === index);
      const shared = { url, atOnce: 20, reconnectInterval: 3000 };
      return crowd.ask({ kind: 'open', plan: { ...shared, projects: mine } }, 'opened');
    }),
  );
  log(`${clients} clients joined in ${((performance.now() - began) / 1000).toFixed(1)} s`);

  const watch = new Watch(crowds, nodes, writer);
  const phases: Phase[] = [];
  const phase = async (name: string, work?: () => Promise<void>) => {
    phases.push(await watch.phase(name, seconds, work));
    log(`${name}: ${phases.at(-1)?.delivered} events delivered`);
  };
  const [, second, third] = nodes as [GatewayNode, GatewayNode, GatewayNode];
  writer.start();
  await phase('steady');
  await phase('a node is killed', () => second.stop('SIGKILL'));
  await phase('it comes back', () => second.start());
  await phase('another is restarted', async () => {
    await third.stop('SIGTERM');
    await third.start();
  });
  await writer.stop();

  const stopped = performance.now();
  let outcome = await compare(crowds, writer);
  while (outcome.different > 0 && performance.now() - stopped < SETTLE_MS) {
    await pause(500);
    outcome = await compare(crowds, writer);
  }
  const settledMs = performance.now() - stopped;
  phases.push(await watch.phase('after the last write', 1));
  const reports = watch.last;
  return { phases, ...outcome, settledMs, crowds: reports, idleRss };
}

async function compare(crowds: readonly CrowdProcess[], writer: Writer) {
  const table = await writer.table();
  const answers = await Promise.all(
    crowds.map((crowd) => crowd.ask({ kind: 'compare', table }, 'compared')),
  );
  return {
    equal: answers.reduce((sum, { equal }) => sum + equal, 0),
    different: answers.reduce((sum, { different }) => sum + different, 0),
    example: answers.find(({ example }) => example)?.example,
  };
}

/** Reads everybody's counters at both ends of a phase. */
class Watch {
  /** What the crowds said last. */
  last: CrowdReport[] = [];
  readonly #crowds: readonly CrowdProcess[];
  readonly #nodes: readonly GatewayNode[];
  readonly #writer: Writer;

  constructor(crowds: readonly CrowdProcess[], nodes: readonly GatewayNode[], writer: Writer) {
    this.#crowds = crowds;
    this.#nodes = nodes;
    this.#writer = writer;
  }

  async phase(name: string, seconds: number, work?: () => Promise<void>): Promise<Phase> {
    const before = await this.#read();
    const written = this.#writer.written;
    const began = performance.now();
    await work?.();
    await pause(Math.max(0, seconds * 1000 - (performance.now() - began)));
    const after = await this.#read();
    const took = (performance.now() - began) / 1000;
    const latency = new Latency();
    for (const { latencies } of after.crowds) latency.add(latencies);
    const sum = (of: (report: CrowdReport) => number, reports = after.crowds) =>
      reports.reduce((total, report) => total + of(report), 0);
    const grown = (of: (report: CrowdReport) => number) => sum(of) - sum(of, before.crowds);
    return {
      name,
      seconds: took,
      written: this.#writer.written - written,
      delivered: sum(({ events }) => events),
      repeated: sum(({ repeated }) => repeated),
      p50: latency.quantile(0.5),
      p99: latency.quantile(0.99),
      reconnects: grown(({ reconnects }) => reconnects),
      reads: sum(({ reads }) => reads),
      cpu: {
        nodes: after.nodes.map((node, n) => cpuShare(before.nodes[n], node, took)),
        crowds: grown(({ cpuMs }) => cpuMs) / 1000 / took,
      },
      nodes: after.nodes,
    };
  }

  async #read() {
    this.last = await Promise.all(
      this.#crowds.map((crowd) => crowd.ask({ kind: 'report' }, 'report')),
    );
    const nodes = await Promise.all(this.#nodes.map((node) => node.stats().catch(() => undefined)));
    return { crowds: this.last, nodes };
  }
}

function cpuShare(before: NodeStats | undefined, after: NodeStats | undefined, seconds: number) {
  if (!before || !after) return 0;
  const spent = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
  // Less: it is another process.
  return spent < 0 ? 0 : spent / 1e6 / seconds;
}
