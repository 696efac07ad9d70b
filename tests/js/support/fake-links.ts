type Handler = ((event: never) => void) | null;

/** A WebSocket that does what a test says. Collects its instances per class: make one a test. */
export function fakeWebSocket() {
  return class FakeWebSocket {
    static readonly made: FakeWebSocket[] = [];
    binaryType = 'blob';
    onopen: Handler = null;
    onmessage: Handler = null;
    onerror: Handler = null;
    onclose: Handler = null;
    readonly sent: string[] = [];
    readonly closes: Array<number | undefined> = [];
    constructor(readonly url: string) {
      FakeWebSocket.made.push(this);
    }
    send(data: string): void {
      this.sent.push(data);
    }
    close(code?: number): void {
      this.closes.push(code);
    }
    open(): void {
      this.onopen?.({} as never);
    }
    message(data: unknown): void {
      this.onmessage?.({ data } as never);
    }
    lose(code: number): void {
      this.onclose?.({ code } as never);
    }
  };
}

export function fakeEventSource() {
  return class FakeEventSource {
    static readonly made: FakeEventSource[] = [];
    onopen: Handler = null;
    onmessage: Handler = null;
    onerror: Handler = null;
    closed = false;
    constructor(readonly url: string) {
      FakeEventSource.made.push(this);
    }
    close(): void {
      this.closed = true;
    }
    open(): void {
      this.onopen?.({} as never);
    }
    message(data: unknown): void {
      this.onmessage?.({ data } as never);
    }
    fail(): void {
      this.onerror?.({} as never);
    }
  };
}
