/** What the clients of one process are to do. */
export interface CrowdPlan {
  url: string;
  /** One client for each: the project whose applications it shows. */
  projects: number[];
  /** Clients that are opened at once. */
  atOnce: number;
  reconnectInterval: number;
}

export type Order =
  | { kind: 'open'; plan: CrowdPlan }
  | { kind: 'report' }
  /** The table's rows by project: who shows others? */
  | { kind: 'compare'; table: Record<string, unknown[]> };

/** Counted since the last report, but for what says otherwise. */
export interface CrowdReport {
  kind: 'report';
  /** By milliseconds from the change to the app. */
  latencies: Record<string, number>;
  events: number;
  /** Events that reached an app twice or out of order, and rows that came again or went back. */
  repeated: number;
  reads: number;
  // From the beginning on:
  reconnects: number;
  gaps: number;
  duplicatesDropped: number;
  /** Clients whose rows are known to be the newest. */
  live: number;
  errors: Record<string, number>;
  rss: number;
  cpuMs: number;
}

export type Answer =
  | { kind: 'opened' }
  | CrowdReport
  | { kind: 'compared'; equal: number; different: number; example: string | undefined };
