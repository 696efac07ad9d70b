import { WebSocket } from 'ws';

/** A message as it came: tests look into what they expect. */
export interface Message {
  op?: string;
  type?: string;
  id?: string;
  ref?: string | number;
  sub?: string;
  code?: string;
  entity?: string;
  action?: string;
  data?: Record<string, unknown>;
  epoch?: string;
  seq?: number;
  prev?: number;
  recovered?: boolean;
  mutation?: string;
  timestamp?: string;
  positions?: Record<string, number>;
}

/** A WebSocket whose messages are awaited in the order in which they came. */
export class WsClient {
  readonly messages: Message[] = [];
  readonly frames: string[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  #read = 0;
  #wake = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const text = String(data);
      this.frames.push(text);
      const parsed = JSON.parse(text) as Message | Message[];
      this.messages.push(...(Array.isArray(parsed) ? parsed : [parsed]));
      this.#wake();
    });
  }

  static async open(url: string, options: { origin?: string } = {}): Promise<WsClient> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), options);
    const client = new WsClient(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return client;
  }

  send(message: unknown): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next message that was not taken yet. */
  async next(timeoutMs = 5000): Promise<Message> {
    const deadline = Date.now() + timeoutMs;
    while (this.#read >= this.messages.length) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no message within ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.messages[this.#read++] as Message;
  }

  async subscribe(entity: string, more: Record<string, unknown> = {}): Promise<Message> {
    this.send({ op: 'subscribe', ref: `r${Math.random()}`, entity, ...more });
    return this.next();
  }

  /** Proves that nothing else was on its way: the answer to a ping is the next message. */
  async expectNothing(): Promise<Message> {
    this.send({ op: 'ping', ref: 99 });
    const message = await this.next();
    if (message.op !== 'pong') throw new Error(`unexpected ${JSON.stringify(message)}`);
    return message;
  }

  close(): void {
    this.#socket.terminate();
  }
}
