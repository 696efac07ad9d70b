/** The same page in other tabs, as far as they are connected to the same server. */
export class Tabs {
  readonly #name: string;
  readonly #heard: (text: string) => void;
  #channel: BroadcastChannel | undefined;

  constructor(url: URL, heard: (text: string) => void) {
    this.#name = `tidemark:${url.href}`;
    this.#heard = heard;
  }

  open(): void {
    if (this.#channel || typeof BroadcastChannel !== 'function') return;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }: { data: unknown }) => {
      if (typeof data === 'string') this.#heard(data);
    };
    // Node: a channel alone does not keep a process alive.
    (this.#channel as { unref?: () => void }).unref?.();
  }

  send(text: string): void {
    this.#channel?.postMessage(text);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }
}
