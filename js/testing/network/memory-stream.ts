import type { StreamAnswer } from '../dialects/event-stream.ts';
import type { Faults } from './faults.ts';
import type { ClientEnd, Wire } from './wire.ts';

const encoder = new TextEncoder();

/** A network that fails, as `fetch` tells of it. */
export function networkError(): TypeError {
  return new TypeError('fetch failed');
}

/** The body of an event stream, as the wire fills it. */
class StreamBody implements ClientEnd {
  readonly stream: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(cancelled: () => void) {
    this.stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.#controller = undefined;
        cancelled();
      },
    });
  }

  /** The client wants no more of it. */
  abort(reason: unknown): void {
    this.#controller?.error(reason);
    this.#controller = undefined;
  }

  receive(text: string): void {
    this.#controller?.enqueue(encoder.encode(text));
  }

  closed(code: number): void {
    const controller = this.#controller;
    this.#controller = undefined;
    // A stream has no codes: it ends, or it breaks.
    if (code === 1006) controller?.error(networkError());
    else controller?.close();
  }
}

/** One request for server-sent events, over a wire that `connect` makes. */
export function openStream(
  connect: (client: ClientEnd) => Wire,
  faults: Faults,
  answer: () => StreamAnswer,
  signal: AbortSignal | null | undefined,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const body = new StreamBody(() => wire.leave(1000, ''));
    let pending = true;
    const wire = connect({
      receive: (text) => body.receive(text),
      closed: (code) => {
        if (pending) reject(networkError());
        else body.closed(code);
        pending = false;
      },
    });
    signal?.addEventListener('abort', () => {
      wire.leave(1000, '');
      body.abort(signal.reason);
      if (pending) reject(signal.reason);
      pending = false;
    });
    let head: StreamAnswer | undefined;
    const respond = () => {
      if (!pending) return;
      pending = false;
      const refused = faults.refusal;
      if (refused) resolve(new Response('', refused));
      else if (head?.status === 200) resolve(new Response(body.stream, head));
      else resolve(new Response(head?.body, head));
    };
    wire.open((link) => {
      head = answer();
      const silent = { receive: () => {}, close: () => {} };
      if (faults.refusal || head.status !== 200) return silent;
      const stream = head.open(link);
      return { ...silent, close: () => stream.close() };
    }, respond);
  });
}
