// The script of a Worker, and of a SharedWorker. It imports nothing when it is built, so it can be
// served from anywhere on the page's origin.
import { hostOverChannel } from './channel.ts';
import { Host } from './host.ts';
import { type HostMessage, type HostWire, type PageMessage, wireOver } from './protocol.ts';

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

if ('onconnect' in scope) {
  // Apps, and users, that have no connection in common may have the script in common.
  const hosts = new Map<string, Host>();
  const hostFor = (name: string): Host => {
    const host = hosts.get(name) ?? new Host();
    hosts.set(name, host);
    return host;
  };
  scope.onconnect = ({ ports }) => {
    for (const port of ports) {
      const wire = wireOver<HostMessage, PageMessage>(port, () => port.close());
      wire.heard = (message) => {
        if (message.op !== 'open') return;
        hostFor(message.name).accept(wire);
        wire.heard(message);
      };
    }
  };
} else {
  const host = new Host();
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
