import type { Host } from '../../../js/worker/host.ts';
import type { Place } from '../../../js/worker/places.ts';
import { type HostMessage, type PageMessage, wireOver } from '../../../js/worker/protocol.ts';

/** A host in this process, at the other end of a MessageChannel: what crosses is cloned. */
export function placeOver(host: Host, crossed: (message: HostMessage) => void = () => {}): Place {
  return {
    isShared: false,
    open() {
      const { port1, port2 } = new MessageChannel();
      const wire = wireOver<HostMessage, PageMessage>(port1, () => port1.close());
      const { send } = wire;
      wire.send = (message, transfer) => {
        crossed(message);
        send(message, transfer);
      };
      host.accept(wire);
      return wireOver<PageMessage, HostMessage>(port2, () => port2.close());
    },
    close: () => {},
  };
}
