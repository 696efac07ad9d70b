import { blockTransports, cutLink, type FrameFaults, spoilFrames, stopListening } from '../api.ts';
import { clientId, type Transport } from '../settings.ts';

/** Of the faults of one group the server knows one at a time. */
export type FaultGroup = 'cut' | 'transports' | 'frames' | 'server';

/** One thing that goes wrong on request, as data. */
export interface Fault {
  /** Also the `data-testid` of its button. */
  readonly id: string;
  readonly label: string;
  readonly group: FaultGroup;
  /** What whoever looks at the page sees of it. */
  readonly visible: string;
  /** It ends by itself after this many ms; 0: at once. Undefined: when it is switched off. */
  readonly forMs?: number;
  readonly begin: () => Promise<unknown>;
  /** Without it nothing ends it sooner. */
  readonly end?: () => Promise<unknown>;
}

const FRAMES_MS = 20_000;
const OUTAGE_MS = 5000;

function blocking(...transports: Transport[]): Pick<Fault, 'group' | 'begin' | 'end'> {
  return {
    group: 'transports',
    begin: () => blockTransports(clientId, transports),
    end: () => blockTransports(clientId, []),
  };
}

function spoiling(frames: Omit<FrameFaults, 'forMs'>): Pick<Fault, 'group' | 'forMs' | 'begin'> {
  return {
    group: 'frames',
    forMs: FRAMES_MS,
    begin: () => spoilFrames(clientId, { ...frames, forMs: FRAMES_MS }),
  };
}

const healing = { end: () => spoilFrames(clientId, null) };

export const cut: Fault = {
  id: 'cut',
  label: 'Cut the link',
  group: 'cut',
  visible:
    'Reconnecting, for a moment. No row goes away, and what changed meanwhile is there when it says live.',
  forMs: 0,
  begin: () => cutLink(clientId),
};

export const blockWebSocket: Fault = {
  id: 'block-websocket',
  label: 'Block WebSocket',
  visible:
    'Within seconds it is connected again, over SSE. Switched off, it goes back to WebSocket.',
  ...blocking('websocket'),
};

export const blockBoth: Fault = {
  id: 'block-both',
  label: 'Block WebSocket and SSE',
  visible:
    'Reconnecting, and the data is kept fresh by polling: changes come in steps, a few seconds late.',
  ...blocking('websocket', 'sse'),
};

const freeze: Fault = {
  id: 'freeze',
  label: 'Freeze the link',
  visible:
    'The link is open and silent. After a heartbeat without an answer it is given up. A new one that does not answer either is catching-up, never live; after a few, polling.',
  ...spoiling({ hold: true }),
};

const delay: Fault = {
  id: 'delay',
  label: 'Delay frames, up to 2 s',
  visible: 'Connected and live; each change is seen later than it was made, in order.',
  ...spoiling({ delayMs: 2000 }),
  ...healing,
};

const duplicate: Fault = {
  id: 'duplicate',
  label: 'Repeat every second frame',
  visible: 'Nothing. An event counts once, and no row goes back to an older version.',
  ...spoiling({ duplicate: 0.5 }),
  ...healing,
};

const reorder: Fault = {
  id: 'reorder',
  label: 'Reorder frames',
  visible:
    'At most a short catching-up. The newest version of a row wins, in whatever order they come.',
  ...spoiling({ reorder: 0.5 }),
  ...healing,
};

const lose: Fault = {
  id: 'lose',
  label: 'Lose every third frame',
  visible:
    'Suspect while it lasts: a gap shows in the next event or heartbeat, and the page reads what it missed.',
  ...spoiling({ drop: 0.33 }),
  ...healing,
};

const outage: Fault = {
  id: 'outage',
  label: 'Kill the server',
  group: 'server',
  visible:
    'Every page’s connection breaks and its port refuses new ones. Reconnecting, with all rows still there; then it finds back by itself.',
  forMs: OUTAGE_MS,
  begin: () => stopListening(OUTAGE_MS),
};

export const faults: readonly Fault[] = [
  cut,
  blockWebSocket,
  blockBoth,
  freeze,
  delay,
  duplicate,
  reorder,
  lose,
  outage,
];
