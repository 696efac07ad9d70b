import type { MockServer } from 'tidemark/testing';
import { vi } from 'vitest';

/** Whatever host a program's WebSocket names, `server` answers; until `vi.unstubAllGlobals`. */
export function stubWebSocket(server: MockServer): void {
  const { WebSocket: Socket, websocketUrl } = server.options;
  if (!Socket) throw new Error('this dialect has no WebSocket');
  vi.stubGlobal(
    'WebSocket',
    class extends Socket {
      constructor() {
        super(websocketUrl);
      }
    },
  );
}
