/** What becomes of one client's writes over REST. */
export interface SaveFaults {
  /** How many of the next are refused. */
  readonly fail: number;
  /** Each one waits for so long before it is done, or refused. */
  readonly delayMs: number;
}

export const SOUND: SaveFaults = { fail: 0, delayMs: 0 };

/** In the response of a write that was refused on purpose. */
export const SAVE_FAULT_HEADER = 'demo-fault';
/** Names the client in a write's request, as `client` does in a link's address. */
export const CLIENT_HEADER = 'demo-client';
