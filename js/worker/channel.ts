import type { Host } from './host.ts';
import type { HostMessage, HostWire, PageMessage, PageWire } from './protocol.ts';

/** All that is said on the channel is heard by all, so each message names who it is for. */
type Letter =
  | { to: 'host'; from: string; message: PageMessage }
  | { to: string; from: string; message: HostMessage }
  | { to: 'pages'; from: string; message: 'moving' | 'here' };

const PAGES = 'pages';
const HOST = 'host';

/** Serves the pages of a channel, in a worker that one of their tabs has. */
export function hostOverChannel(host: Host, name: string): void {
  const channel = new BroadcastChannel(name);
  const id = crypto.randomUUID();
  const wires = new Map<string, HostWire>();
  channel.onmessage = ({ data: letter }: MessageEvent<Letter>) => {
    if (letter.to !== HOST) return;
    const { from } = letter;
    const message = letter.message as PageMessage;
    let wire = wires.get(from);
    if (!wire) {
      // Of a page that speaks to the host before.
      if (message.op !== 'open') return;
      wire = {
        send: (answer) => channel.postMessage({ to: from, from: id, message: answer }),
        heard: () => {},
        close: () => wires.delete(from),
      };
      wires.set(from, wire);
      host.accept(wire);
    } else if (message.op === 'open') {
      // Said twice, because nobody may have heard it the first time.
      return;
    }
    wire.heard(message);
  };
  channel.postMessage({ to: PAGES, from: id, message: 'here' } satisfies Letter);
}

/** Tells all pages that the host is gone and that another is about to start. */
export function announceMove(name: string): void {
  const channel = new BroadcastChannel(name);
  channel.postMessage({ to: PAGES, from: '', message: 'moving' } satisfies Letter);
  channel.close();
}

/** A page's end. `moved` is called when the host that it spoke to is not there any more. */
export function wireOverChannel(name: string, moved: () => void): PageWire {
  const channel = new BroadcastChannel(name);
  const id = crypto.randomUUID();
  let opening: PageMessage | undefined;
  let hostId: string | undefined;
  const say = (message: PageMessage): void =>
    channel.postMessage({ to: HOST, from: id, message } satisfies Letter);
  const wire: PageWire = {
    send: (message) => {
      if (message.op === 'open') opening = message;
      say(message);
    },
    heard: () => {},
    close: () => channel.close(),
  };
  channel.onmessage = ({ data: letter }: MessageEvent<Letter>) => {
    if (letter.to === id) {
      hostId ??= letter.from;
      if (hostId === letter.from) wire.heard(letter.message as HostMessage);
    } else if (letter.to === PAGES && letter.from !== hostId) {
      if (hostId !== undefined) moved();
      else if (letter.message === 'here' && opening) say(opening);
    }
  };
  return wire;
}
