import type { Effect } from '../core/effects.ts';
import type {
  EngineConfig,
  EngineStats,
  EntityShape,
  Mutation,
  PauseReason,
  ViewSpec,
} from '../core/engine-types.ts';
import type { CoreInspection } from '../core/inspection.ts';
import type { TraceReport } from '../core/trace.ts';

/** What pages of one host have in common: with other words there is another host. */
export interface HostSetup {
  config: EngineConfig;
  link: HostLink | null;
  /** Absolute. Without it the host asks a page for the core. */
  wasmUrl: string | undefined;
}

/** Where to, in what can be said to a worker; its WebSocket and `fetch` are its own. */
export interface HostLink {
  url: string;
  sseUrl: string | undefined;
  credentials: RequestCredentials | undefined;
  tokenInUrl: string | undefined;
}

/** A page's first message. */
export interface Opening {
  op: 'open';
  /** Which host of a worker that has several. */
  name: string;
  setup: HostSetup;
  /** A Web Lock that the page holds for as long as it lives; null when the host dies with it. */
  lock: string | null;
  /** Whether it wants events whole, or only what changed: entity, action and the row's id. */
  wholeEvents: boolean;
}

/**
 * What a page tells the core, in order. Views, subscriptions, tickets and edits go by numbers that
 * the page gives, so it need not wait for the core's.
 */
export type Input =
  | { op: 'defineEntity'; shape: EntityShape }
  | { op: 'connect' }
  | { op: 'disconnect' }
  | { op: 'pause'; reason: PauseReason; on: boolean }
  | { op: 'wake' }
  | { op: 'relay'; text: string }
  | { op: 'send'; text: string }
  | { op: 'subscribe'; sub: number; entity: string; filter: string }
  | { op: 'unsubscribe'; sub: number }
  | { op: 'observe'; view: number; spec: ViewSpec }
  | { op: 'release'; view: number }
  | { op: 'poll'; view: number; intervalMs: number; adaptive: boolean }
  | { op: 'beginSnapshot'; ticket: number; view: number }
  /** UTF-8; its buffer is transferred. */
  | { op: 'endSnapshot'; ticket: number; body: Uint8Array }
  | { op: 'confirmSnapshot'; ticket: number }
  | { op: 'failSnapshot'; ticket: number; retryAfterMs: number }
  | { op: 'mutate'; edit: number; mutation: Mutation }
  | { op: 'restore'; edit: number; saved: string }
  | { op: 'settle'; edit: number; row: string }
  | { op: 'fail'; edit: number; network: boolean }
  | { op: 'resolve'; edit: number; field: string; theirs: unknown; value: unknown }
  /** The last packet was taken, and another may come. */
  | { op: 'taken' }
  /** Say when this is reached: `settled` of a packet. */
  | { op: 'settle-up'; at: number }
  /** As of `Engine.trace`. */
  | { op: 'trace'; entries: number }
  | Question;

/** What a page wants to see: `seen` of the next packet. */
export type Question =
  | { op: 'stats' }
  | { op: 'inspect' }
  /** `turn` says which of the page's traces it means. */
  | { op: 'traced'; revision: number; turn: number };

export interface Seen {
  stats?: EngineStats;
  /** With the page's own views, in its numbers. */
  inspection?: CoreInspection;
  /** With `inspection`: the core's whole memory. */
  memoryBytes?: number;
  traced?: { turn: number; since: number; report: TraceReport | null };
}

export type PageMessage =
  | Opening
  /** All of a turn. */
  | { op: 'inputs'; inputs: Input[] }
  /** Answers `core`: the bytes of the core's Wasm; null when the page cannot give them. */
  | { op: 'core'; bytes: ArrayBuffer | null }
  /** Answers `token`; `failed` when the page has none to give. */
  | { op: 'token'; question: number; token: string | null; failed: boolean }
  | { op: 'close' };

/**
 * What came of the inputs and of the link, as a whole: rows and what is said of them arrive
 * together. The next comes when this was taken, so a page that does not run is not sent more and
 * more, and one that is slow gets what changed meanwhile once.
 */
export interface Packet {
  op: 'packet';
  effects: Effect[];
  /** As in src/change/batch.h, the views in the core's numbers; its buffer is transferred. */
  batch: ArrayBuffer | null;
  /** Views that the core has taken since the last packet: the page's number, the core's. */
  views: Array<[own: number, core: number]>;
  /** Edits that failed, and whether they are kept and submitted again. */
  failed: Array<[edit: number, kept: boolean]>;
  /** The latest `settle-up` that was reached. */
  settled: number;
  seen: Seen | null;
}

export type HostMessage =
  | { op: 'ready'; stats: EngineStats }
  /** There is no core here, and will not be. */
  | { op: 'failed'; code: string; message: string }
  | { op: 'core' }
  | { op: 'token'; question: number; refresh: boolean }
  | Packet
  /** Nothing more will come: the core stopped, or went, or the page is too far behind. */
  | { op: 'lost'; code: string; message: string };

/** One end of what a page and a host say to each other. */
export interface Wire<Out, In> {
  send(message: Out, transfer?: Transferable[]): void;
  /** Set before the first message can arrive. */
  heard: (message: In) => void;
  close(): void;
}

export type PageWire = Wire<PageMessage, HostMessage>;
export type HostWire = Wire<HostMessage, PageMessage>;

interface PortLike {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** Over a MessagePort, a Worker, or the worker's own scope. `close` ends it. */
export function wireOver<Out, In>(port: PortLike, close: () => void): Wire<Out, In> {
  const wire: Wire<Out, In> = {
    send: (message, transfer = []) => port.postMessage(message, transfer),
    heard: () => {},
    close: () => {
      port.onmessage = null;
      close();
    },
  };
  port.onmessage = ({ data }) => wire.heard(data as In);
  return wire;
}
