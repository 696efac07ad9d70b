// The script of a Worker, and of a SharedWorker. It imports nothing when it is built, so it can be
// served from anywhere on the page's origin.
import { hostOverChannel } from './channel.ts';
import { Host } from './host.ts';
import { type HostWire, type PageMessage, wireOver } from './protocol.ts';

/** Of a worker that serves all tabs, over a BroadcastChannel of that name. */
export interface Lead {
  op: 'lead';
  channel: string;
}

interface Scope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<PageMessage | Lead>) => void) | null;
  onconnect?: ((event: MessageEvent) => void) | null;
}

const scope = globalThis as unknown as Scope;
const host = new Host();

if ('onconnect' in scope) {
  scope.onconnect = ({ ports }) => {
    for (const port of ports) host.accept(wireOver(port, () => port.close()));
  };
} else {
  const own: HostWire = {
    send: (message, transfer = []) => scope.postMessage(message, transfer),
    heard: () => {},
    // The page ends the worker when it is done with it.
    close: () => {},
  };
  host.accept(own);
  scope.onmessage = ({ data }) => {
    if (data.op === 'lead') hostOverChannel(host, data.channel);
    else own.heard(data);
  };
}
