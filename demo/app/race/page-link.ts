import { type Order, type Report, wallClock } from './messages.ts';

/** A frame's side of the port that the page around it hands in. */
export class PageLink {
  #port: MessagePort | undefined;
  #onOrder: (order: Order) => void = () => {};

  constructor() {
    window.addEventListener('message', ({ source, ports }) => {
      const [port] = ports;
      if (source !== window.parent || !port) return;
      this.#port = port;
      port.onmessage = ({ data }: MessageEvent<Order>) => this.#take(data);
      this.report({ report: 'open' });
    });
  }

  /** Takes the place of who listened before. Returns how to stop. */
  listen(onOrder: (order: Order) => void): () => void {
    this.#onOrder = onOrder;
    return () => {
      this.#onOrder = () => {};
    };
  }

  report(report: Report): void {
    this.#port?.postMessage(report);
  }

  #take(order: Order): void {
    if (order.order === 'block') this.#block(order.ms);
    else if (order.order === 'watch') this.#watch(order.ms);
    else this.#onOrder(order);
  }

  #block(ms: number): void {
    const from = wallClock();
    let to = from;
    while (to < from + ms) to = wallClock();
    this.report({ report: 'blocked', from, to });
  }

  #watch(ms: number): void {
    const times: number[] = [];
    const from = wallClock();
    const next = () => {
      times.push(wallClock());
      if (wallClock() < from + ms) requestAnimationFrame(next);
      else this.report({ report: 'watched', times });
    };
    requestAnimationFrame(next);
  }
}
